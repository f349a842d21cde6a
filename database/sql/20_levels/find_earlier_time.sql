-- When a level that changed its calendar had used p_share of its TAT (microseconds): the last such
-- instant, or the first (p_is_due). Null where that is not in an earlier segment than its last.
create or replace function tat.find_earlier_time(
    p_level_id uuid,
    p_started_at timestamptz,
    p_halted_at timestamptz,
    p_policy_id smallint,
    p_share bigint,
    p_is_due boolean,
    p_as_of timestamptz
)
returns timestamptz
language sql stable security definer
set search_path = pg_catalog, pg_temp
begin atomic
    select case
        when p_is_due then tat.find_work_time(segment.calendar_id, point.due_clock)
        else tat.find_crossing_time(segment.calendar_id, point.due_clock)
    end
    from tat.list_segments(p_level_id, p_started_at, p_halted_at, p_as_of) as segment
    cross join lateral (
        select floor(
            p_share::numeric
            * segment.seconds_per_tat_hour
            / (
                select policy.seconds_per_tat_hour
                from tat.policy
                where policy.policy_id = p_policy_id
            )
        )::bigint as used_us
    ) as scaled
    cross join lateral (
        select tat.segment_due_clock(
            p_level_id,
            segment.calendar_id,
            segment.starts_at,
            segment.ends_at,
            segment.start_clock,
            scaled.used_us - segment.carried
        ) as due_clock
    ) as point
    where case
        when p_is_due then scaled.used_us <= segment.carried + segment.elapsed
        else scaled.used_us < segment.carried + segment.elapsed
    end
    order by segment.segment
    limit 1;
end;
