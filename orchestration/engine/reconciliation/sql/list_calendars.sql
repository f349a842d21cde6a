-- Calendars as rules.
select
    calendar.calendar_id,
    calendar.time_zone,
    calendar.is_always_open,
    calendar.variant_of,
    calendar.department,
    calendar.location,
    calendar.revision
from tat.calendar
order by calendar.calendar_id
