-- Every calendar: its hours, whom it serves and how many levels run on it.
select
    calendar.calendar_id,
    calendar.calendar_name as calendar,
    calendar.time_zone,
    case
        when calendar.is_always_open then 'always open'
        else hours.week
    end as hours,
    base.calendar_name as variant_of,
    calendar.department,
    calendar.location,
    calendar.revision,
    calendar.span_starts_on as generated_from,
    calendar.span_ends_on as generated_until
from tat.calendar
left join tat.calendar as base on base.calendar_id = calendar.variant_of
left join lateral (
    select
        string_agg(
            days.iso_weekday || ' ' || days.windows, '; ' order by days.iso_weekday
        ) as week
    from (
        select
            weekly_window.iso_weekday,
            string_agg(
                to_char(weekly_window.opens_at::interval, 'HH24:MI')
                || '-'
                || to_char(weekly_window.closes_at::interval, 'HH24:MI'),
                ',' order by weekly_window.opens_at
            ) as windows
        from tat.weekly_window
        where weekly_window.calendar_id = calendar.calendar_id
        group by weekly_window.iso_weekday
    ) as days
) as hours on true
order by calendar.calendar_id
