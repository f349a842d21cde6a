-- The points of a level's clock at which its alerts fall due. Crossing is strict, so a fraction
-- of a microsecond below a point is rounded away. Points passed on an earlier calendar lie
-- before the start of the present one.
create or replace function tat.level_thresholds(
    p_level_id uuid,
    p_policy_id smallint,
    p_calendar_id integer,
    p_segment_started_at timestamptz,
    p_halted_at timestamptz,
    p_start_clock bigint,
    p_paused_clock bigint,
    p_carried_clock bigint,
    p_budget bigint
)
returns table (slot smallint, alert_type text, percentage numeric, share bigint, due_clock bigint)
language sql stable
begin atomic
    select
        point.slot,
        'TAT_' || point.slot,
        point.percentage,
        point.share,
        case
            when p_paused_clock = 0 then p_start_clock + point.share - p_carried_clock
            else tat.due_clock(
                p_level_id,
                p_calendar_id,
                p_segment_started_at,
                p_halted_at,
                p_start_clock,
                point.share - p_carried_clock
            )
        end
    from (
        select
            policy_threshold.slot,
            policy_threshold.percentage,
            floor(policy_threshold.percentage * p_budget / 100)::bigint as share
        from tat.policy_threshold
        where policy_threshold.policy_id = p_policy_id
    ) as point;
end;
