-- The holidays that concern a calendar, by day; more than one may fall on a day.
create or replace function tat.list_holidays(p_calendar_id integer, p_from date, p_to date)
returns table (day date, holiday_name text)
language sql stable
begin atomic
    select
        span_day.day::date,
        holidays.holiday_name
    from tat.calendar
    cross join generate_series(p_from, p_to - 1, interval '1 day') as span_day (day)
    inner join workflow.holidays
        on holidays.holiday_date = span_day.day::date
        or (
            holidays.is_recurring
            and extract(month from holidays.holiday_date) = extract(month from span_day.day)
            and extract(day from holidays.holiday_date) = extract(day from span_day.day)
        )
    where calendar.calendar_id = p_calendar_id
        and holidays.is_active
        and (
            coalesce(cardinality(holidays.applies_to_departments), 0) = 0
            or calendar.department = any (holidays.applies_to_departments)
        )
        and (
            coalesce(cardinality(holidays.applies_to_locations), 0) = 0
            or calendar.location = any (holidays.applies_to_locations)
        );
end;
