-- The segment that a cycle is in, or ended in, with the cycle's TAT in that segment's microseconds.
create or replace function tat.latest_segment(
    p_level_id uuid,
    p_started_at timestamptz,
    p_halted_at timestamptz,
    p_policy_id smallint,
    p_tat_us bigint,
    p_as_of timestamptz
)
returns table (
    policy_id smallint,
    calendar_id integer,
    starts_at timestamptz,
    carried_clock bigint,
    tat_us bigint
)
language sql stable
begin atomic
    select
        segment.policy_id,
        segment.calendar_id,
        segment.starts_at,
        segment.carried,
        round(
            p_tat_us::numeric
            * segment.seconds_per_tat_hour
            / (
                select policy.seconds_per_tat_hour
                from tat.policy
                where policy.policy_id = p_policy_id
            )
        )::bigint
    from tat.list_segments(p_level_id, p_started_at, p_halted_at, p_as_of) as segment
    order by segment.segment desc
    limit 1;
end;
