-- Where each threshold of a level lies, and whether it was crossed.
create or replace function tat.explain_thresholds(p_level_id uuid, p_as_of timestamptz)
returns table (
    cycle integer,
    place integer,
    kind text,
    starts_at timestamptz,
    ends_at timestamptz,
    microseconds bigint,
    seconds_per_tat_hour integer,
    time_zone text,
    details jsonb
)
language sql stable
begin atomic
    select
        (explained.clock).cycle,
        6,
        'threshold',
        tat.threshold_time(
            explained.clock, level_threshold.threshold_us, level_threshold.due_clock, p_as_of
        ),
        null::timestamptz,
        level_threshold.threshold_us,
        explained.seconds_per_tat_hour,
        explained.time_zone,
        jsonb_build_object(
            'alert_type', level_threshold.alert_type,
            'percentage', trim_scale(level_threshold.percentage),
            'state', (explained.clock).state,
            'is_crossed',
            level_threshold.due_clock
            < tat.find_work_clock((explained.clock).calendar_id, explained.counted_until)
        )
    from tat.explained_cycles(p_level_id, p_as_of) as explained
    cross join lateral tat.level_thresholds(explained.clock) as level_threshold;
end;
