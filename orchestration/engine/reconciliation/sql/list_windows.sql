-- Weekly windows in microseconds since midnight.
select
    weekly_window.calendar_id,
    weekly_window.iso_weekday,
    (extract(epoch from weekly_window.opens_at::interval) * 1000000)::bigint as opens,
    (extract(epoch from weekly_window.closes_at::interval) * 1000000)::bigint as closes
from tat.weekly_window
