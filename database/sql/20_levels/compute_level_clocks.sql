-- What the clocks of some levels must be: a row of tat.level_clock for each cycle, its next threshold,
-- due instant and breach left out. The start clock is null where the calendar's span does not hold it.
create or replace function tat.compute_level_clocks(
    p_levels uuid[], p_known_since timestamptz[], p_reopened uuid[], p_as_of timestamptz
)
returns setof tat.level_clock
language sql stable
begin atomic
    -- Kept, so that a calendar is chosen once for each and not wherever it is named.
    with segments as materialized (
        select
            level_cycles.level_id,
            level_cycles.cycle,
            level_cycles.is_current,
            level_cycles.state,
            level_cycles.started_at,
            level_cycles.halted_at,
            level_cycles.has_pauses,
            level_cycles.known_since,
            level_cycles.changes_at,
            coalesce(latest_segment.policy_id, level_cycles.policy_id) as policy_id,
            coalesce(latest_segment.calendar_id, level_cycles.calendar_id)
                as calendar_id,
            coalesce(latest_segment.starts_at, level_cycles.started_at)
                as segment_started_at,
            coalesce(latest_segment.carried_clock, 0) as carried_clock,
            coalesce(latest_segment.tat_us, level_cycles.tat_us) as tat_us
        from tat.level_cycles(p_levels, p_known_since, p_reopened, p_as_of) as level_cycles
        left join lateral tat.latest_segment(
            level_cycles.may_switch,
            level_cycles.level_id,
            level_cycles.started_at,
            level_cycles.halted_at,
            level_cycles.policy_id,
            level_cycles.tat_us,
            p_as_of
        ) as latest_segment on true
    ),

    readings as (
        select
            segments.*,
            tat.find_work_clock(segments.calendar_id, segments.segment_started_at)
                as start_clock,
            tat.find_work_clock(segments.calendar_id, segments.halted_at)
                as clock_at_halt,
            case
                when segments.has_pauses then tat.paused_clock(
                    segments.level_id,
                    segments.calendar_id,
                    segments.segment_started_at,
                    coalesce(segments.halted_at, p_as_of)
                )
                else 0
            end as paused_clock
        from segments
    )

    -- The columns of tat.level_clock, in its order.
    select
        readings.level_id,
        readings.cycle,
        readings.policy_id,
        readings.calendar_id,
        readings.state,
        readings.started_at,
        readings.halted_at,
        case
            when readings.halted_at is null or readings.clock_at_halt is not null
                then readings.start_clock
        end,
        readings.paused_clock,
        case
            when readings.state <> 'running'
                then greatest(readings.clock_at_halt, readings.start_clock)
        end,
        readings.tat_us,
        null::timestamptz,
        null::smallint,
        null::bigint,
        readings.state = 'stopped',
        p_as_of,
        readings.is_current,
        readings.segment_started_at,
        readings.carried_clock,
        readings.known_since,
        readings.changes_at,
        null::timestamptz
    from readings;
end;
