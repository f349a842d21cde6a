-- Whether generated intervals differ from those that a calendar has, and from which instant on working
-- time inside the span it had moves: null where only the span grew.
create or replace function tat.compare_intervals(
    p_calendar tat.calendar,
    p_intervals tat.work_interval[],
    out is_changed boolean,
    out moved_from timestamptz
)
language sql stable
begin atomic
    with kept as (
        select
            work_interval.starts_at,
            work_interval.ends_at,
            work_interval.clock_at_start,
            work_interval.is_span_end
        from tat.work_interval
        where work_interval.calendar_id = p_calendar.calendar_id
    ),

    generated as materialized (
        select
            intervals.starts_at,
            intervals.ends_at,
            intervals.clock_at_start,
            intervals.is_span_end
        from unnest(p_intervals) as intervals
    ),

    difference as (
        (select * from kept except select * from generated)
        union all
        (select * from generated except select * from kept)
    )

    select
        count(*) > 0,
        min(difference.starts_at) filter (
            where difference.starts_at < difference.ends_at
                and difference.starts_at
                >= p_calendar.span_starts_on::timestamp at time zone p_calendar.time_zone
                -- A clock that is always open counts from the epoch, whatever its span.
                and not (
                    p_calendar.is_always_open
                    and difference.clock_at_start = tat.microseconds_between(
                        'epoch'::timestamptz, difference.starts_at
                    )
                )
        )
    from difference;
end;
