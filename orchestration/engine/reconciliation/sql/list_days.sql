-- Days with hours of their own, in microseconds since midnight.
select
    calendar_day.calendar_id,
    calendar_day.day,
    (extract(epoch from calendar_day.opens_at::interval) * 1000000)::bigint as opens,
    (extract(epoch from calendar_day.closes_at::interval) * 1000000)::bigint as closes
from tat.calendar_day
