-- The stretches of a cycle on one policy and calendar each, with what elapsed in them. Elapsed and
-- carried time are microseconds of the segment's own TAT hours.
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
    with chosen as (
        select
            stretch.starts_at,
            policy.policy_id,
            policy.seconds_per_tat_hour,
            tat.choose_calendar(policy.calendar_id, approver.department, approver.location)
                as calendar_id
        from tat.list_stretches(p_level_id, p_started_at, p_halted_at, p_as_of) as stretch
        cross join lateral tat.user_place(stretch.initiator_id, stretch.starts_at) as initiator
        cross join lateral tat.user_place(stretch.approver_id, stretch.starts_at) as approver
        inner join tat.policy
            on policy.policy_id = tat.choose_policy(stretch.priority, initiator.department)
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
