-- Working windows as disjoint instants. Where daylight saving skips or repeats a local time,
-- PostgreSQL's reading holds: a skipped time is read before the change, a repeated one after it.
create or replace function tat.generate_work_windows(
    p_calendar_id integer, p_from date, p_to date
)
returns table (starts_at timestamptz, ends_at timestamptz)
language sql stable
begin atomic
    with hours as (
        select span_day.day::date as day, weekly_window.opens_at, weekly_window.closes_at
        from tat.weekly_window
        cross join generate_series(p_from, p_to - 1, interval '1 day') as span_day (day)
        where weekly_window.calendar_id = p_calendar_id
            and extract(isodow from span_day.day) = weekly_window.iso_weekday
            and span_day.day::date not in (
                select holiday.day
                from tat.holiday_dates(p_calendar_id, p_from, p_to) as holiday (day)
            )
            and span_day.day::date not in (
                select calendar_day.day
                from tat.calendar_day
                where calendar_day.calendar_id = p_calendar_id
            )
        union all
        select calendar_day.day, calendar_day.opens_at, calendar_day.closes_at
        from tat.calendar_day
        where calendar_day.calendar_id = p_calendar_id
            and calendar_day.day >= p_from
            and calendar_day.day < p_to
    ),

    windows as (
        select tstzrange(
            (hours.day + hours.opens_at) at time zone calendar.time_zone,
            (hours.day + hours.closes_at) at time zone calendar.time_zone
        ) as working
        from hours
        inner join tat.calendar on calendar.calendar_id = p_calendar_id
        where not calendar.is_always_open
            and (hours.day + hours.opens_at) at time zone calendar.time_zone
            < (hours.day + hours.closes_at) at time zone calendar.time_zone
    )

    select lower(merged.working), upper(merged.working)
    from (select unnest(range_agg(windows.working)) as working from windows) as merged
    union all
    select
        p_from::timestamp at time zone calendar.time_zone,
        p_to::timestamp at time zone calendar.time_zone
    from tat.calendar
    where calendar.calendar_id = p_calendar_id and calendar.is_always_open;
end;
