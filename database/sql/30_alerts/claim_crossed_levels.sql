-- Claims levels whose clock is past their next threshold: at most p_limit, those due longest first. A
-- row that a writer or another tick holds is left for the next tick: nobody waits. A level decided
-- since its clock was derived is left too, for the next derivation to halt.
create or replace function tat.claim_crossed_levels(
    p_clocks bigint[], p_backlog bigint, p_limit integer
)
returns setof tat.level_clock
language plpgsql
as $$
begin
    return query
    with calendars as materialized (
        select
            calendar.calendar_id,
            p_clocks[calendar.calendar_id] as clock_now
        from tat.calendar
    ),

    -- Of a backlog larger than the batch each calendar has an even share: a tick stays small, none starves.
    present as materialized (
        select
            calendars.calendar_id,
            calendars.clock_now,
            case
                when p_backlog <= p_limit then p_limit
                else greatest(p_limit / count(*) over (), 1)
            end as batch_share
        from calendars
        where exists (
            select 1
            from tat.level_clock
            where level_clock.calendar_id = calendars.calendar_id
                and level_clock.next_due_clock < calendars.clock_now
        )
    )

    select due.*
    from present
    cross join lateral (
        select level_clock.*
        from tat.level_clock
        inner join workflow.approval_levels
            on approval_levels.level_id = level_clock.level_id
        inner join workflow.workflow_requests
            on workflow_requests.request_id = approval_levels.request_id
        inner join workflow.users on users.user_id = approval_levels.approver_id
        where level_clock.calendar_id = present.calendar_id
            and level_clock.next_due_clock < present.clock_now
            and (
                level_clock.state <> 'running'
                or approval_levels.status = 'IN_PROGRESS'
                -- Decided, with an end that is still ahead.
                or level_clock.changes_at is not null
            )
            and not exists (
                select 1
                from tat.level_change
                where level_change.level_id = level_clock.level_id
                    and level_change.drained_at is null
                -- Keeps it a probe by index: statistics may know nothing of what waits.
                offset 0
            )
        order by level_clock.next_due_clock
        limit present.batch_share
        for no key update of level_clock, approval_levels skip locked
        for key share of workflow_requests, users skip locked
    ) as due;
end
$$;
