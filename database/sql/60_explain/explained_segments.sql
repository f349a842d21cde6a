-- The segments of a level's cycles as they stood at an instant, each with its policy and calendar.
create or replace function tat.explained_segments(p_level_id uuid, p_as_of timestamptz)
returns table (
    cycle integer,
    segment integer,
    starts_at timestamptz,
    ends_at timestamptz,
    seconds_per_tat_hour integer,
    elapsed_by_end bigint,
    priority text,
    department text,
    calendar_id integer,
    calendar_name text,
    time_zone text,
    is_always_open boolean
)
language sql stable
begin atomic
    select
        (explained.clock).cycle,
        segment.segment,
        segment.starts_at,
        coalesce(segment.ends_at, explained.counted_until),
        segment.seconds_per_tat_hour,
        segment.carried + segment.elapsed,
        policy.priority,
        policy.department,
        calendar.calendar_id,
        calendar.calendar_name,
        calendar.time_zone,
        calendar.is_always_open
    from tat.explained_cycles(p_level_id, p_as_of) as explained
    cross join lateral tat.list_segments(
        p_level_id, (explained.clock).started_at, explained.counted_until, p_as_of
    ) as segment
    inner join tat.policy on policy.policy_id = segment.policy_id
    inner join tat.calendar on calendar.calendar_id = segment.calendar_id;
end;
