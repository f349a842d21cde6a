-- The stretches of a life on one policy and calendar each, with what elapsed in them.
-- Priority, approver and people's departments and locations are looked up as they were then;
-- what lies after p_as_of, as when the machine's clock was set back, has not happened yet.
-- Elapsed and carried time are microseconds of the segment's own TAT hours.
create or replace function tat.list_segments(
    p_level_id uuid,
    p_started_at timestamptz,
    p_halted_at timestamptz,
    p_as_of timestamptz
)
returns table (
    segment integer,
    policy_id smallint,
    calendar_id integer,
    seconds_per_tat_hour integer,
    starts_at timestamptz,
    ends_at timestamptz,
    start_clock bigint,
    elapsed bigint,
    carried bigint
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
begin atomic
    with present as (
        select
            level_source.priority,
            level_source.approver_id,
            level_source.initiator_id
        from tat.level_source
        where level_source.level_id = p_level_id
    ),

    switches as (
        select
            level_change.change_id,
            level_change.effective_at,
            level_change.old_priority,
            case
                when level_change.old_approver_id <> level_change.new_approver_id
                    then level_change.old_approver_id
            end as old_approver_id
        from tat.level_change
        where level_change.level_id = p_level_id and level_change.switches
    ),

    people as (
        select present.initiator_id as user_id
        from present
        union
        select present.approver_id
        from present
        union
        select switches.old_approver_id
        from switches
        where switches.old_approver_id is not null
    ),

    moves as (
        select
            user_change.user_id,
            user_change.change_id,
            user_change.effective_at,
            user_change.old_department,
            user_change.old_location
        from tat.user_change
        inner join people on people.user_id = user_change.user_id
    ),

    cuts as (
        select p_started_at as starts_at
        union
        select switches.effective_at
        from switches
        where switches.effective_at > p_started_at
            and switches.effective_at < coalesce(p_halted_at, 'infinity')
            and switches.effective_at <= p_as_of
        union
        select moves.effective_at
        from moves
        where moves.effective_at > p_started_at
            and moves.effective_at < coalesce(p_halted_at, 'infinity')
            and moves.effective_at <= p_as_of
    ),

    held as (
        select
            cuts.starts_at,
            present.initiator_id,
            coalesce(
                (
                    select switches.old_priority
                    from switches
                    where switches.effective_at > cuts.starts_at
                        and switches.old_priority is not null
                    order by switches.effective_at, switches.change_id
                    limit 1
                ),
                present.priority
            ) as priority,
            coalesce(
                (
                    select switches.old_approver_id
                    from switches
                    where switches.effective_at > cuts.starts_at
                        and switches.old_approver_id is not null
                    order by switches.effective_at, switches.change_id
                    limit 1
                ),
                present.approver_id
            ) as approver_id
        from cuts
        cross join present
    ),

    attributed as (
        select
            held.starts_at,
            held.priority,
            case
                when initiator_move.user_id is null then initiators.department
                else initiator_move.old_department
            end as department,
            case
                when approver_move.user_id is null then approvers.department
                else approver_move.old_department
            end as approver_department,
            case
                when approver_move.user_id is null then approvers.location
                else approver_move.old_location
            end as approver_location
        from held
        inner join workflow.users as initiators on initiators.user_id = held.initiator_id
        inner join workflow.users as approvers on approvers.user_id = held.approver_id
        left join lateral (
            select moves.*
            from moves
            where moves.user_id = held.initiator_id
                and moves.effective_at > held.starts_at
            order by moves.effective_at, moves.change_id
            limit 1
        ) as initiator_move on true
        left join lateral (
            select moves.*
            from moves
            where moves.user_id = held.approver_id
                and moves.effective_at > held.starts_at
            order by moves.effective_at, moves.change_id
            limit 1
        ) as approver_move on true
    ),

    chosen as (
        select
            attributed.starts_at,
            policy.policy_id,
            policy.seconds_per_tat_hour,
            tat.choose_calendar(
                policy.calendar_id,
                attributed.approver_department,
                attributed.approver_location
            ) as calendar_id
        from attributed
        inner join tat.policy
            on policy.policy_id
            = tat.choose_policy(attributed.priority, attributed.department)
    ),

    changed as (
        select
            chosen.*,
            (chosen.policy_id, chosen.calendar_id) is distinct from (
                lag(chosen.policy_id) over by_start, lag(chosen.calendar_id) over by_start
            ) as is_changed
        from chosen
        window by_start as (order by chosen.starts_at)
    ),

    bounded as (
        select
            row_number() over (order by changed.starts_at)::integer as segment,
            changed.policy_id,
            changed.calendar_id,
            changed.seconds_per_tat_hour,
            changed.starts_at,
            lead(changed.starts_at, 1, p_halted_at) over (order by changed.starts_at)
                as ends_at
        from changed
        where changed.is_changed
    ),

    measured as (
        select
            bounded.*,
            tat.find_work_clock(bounded.calendar_id, bounded.starts_at) as start_clock,
            greatest(
                tat.find_work_clock(bounded.calendar_id, bounded.ends_at)
                - tat.find_work_clock(bounded.calendar_id, bounded.starts_at)
                - tat.paused_clock(
                    p_level_id, bounded.calendar_id, bounded.starts_at, bounded.ends_at
                ),
                0
            ) as elapsed
        from bounded
    )

    select
        measured.segment,
        measured.policy_id,
        measured.calendar_id,
        measured.seconds_per_tat_hour,
        measured.starts_at,
        measured.ends_at,
        measured.start_clock,
        measured.elapsed,
        coalesce(
            (
                select
                    floor(sum(
                        earlier.elapsed::numeric
                        * measured.seconds_per_tat_hour
                        / earlier.seconds_per_tat_hour
                    ))
                from measured as earlier
                where earlier.segment < measured.segment
            ),
            0
        )::bigint
    from measured
    order by measured.segment;
end;
comment on function tat.list_segments(uuid, timestamptz, timestamptz, timestamptz) is
'The stretches of one cycle on one policy and calendar each; the elapsed time of earlier ones is carried along. The last one''s elapsed time is null while the level runs.';
