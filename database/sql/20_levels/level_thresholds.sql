-- The points of a level's clock at which its alerts fall due. Crossing is strict, so a fraction
-- of a microsecond below a point is rounded away. Points passed on an earlier calendar lie
-- before the start of the present one.
create or replace function tat.level_thresholds(p_clock tat.level_clock)
returns table (
    threshold smallint,
    alert_type text,
    percentage numeric,
    threshold_us bigint,
    due_clock bigint
)
language sql stable
begin atomic
    select
        point.threshold,
        'TAT_' || point.threshold,
        point.percentage,
        point.threshold_us,
        tat.due_clock(p_clock, point.threshold_us)
    from (
        select
            policy_threshold.threshold,
            policy_threshold.percentage,
            floor(policy_threshold.percentage * p_clock.tat_us / 100)::bigint
                as threshold_us
        from tat.policy_threshold
        where policy_threshold.policy_id = p_clock.policy_id
    ) as point;
end;
