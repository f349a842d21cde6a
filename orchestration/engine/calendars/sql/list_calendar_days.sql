-- The days of a calendar with hours of their own, from a day on.
select
    calendar_day.day,
    string_agg(
        to_char(calendar_day.opens_at::interval, 'HH24:MI')
        || '-'
        || to_char(calendar_day.closes_at::interval, 'HH24:MI'),
        ',' order by calendar_day.opens_at
    ) as hours
from tat.calendar_day
where calendar_day.calendar_id = %(calendar_id)s and calendar_day.day >= %(from_day)s
group by calendar_day.day
order by calendar_day.day
