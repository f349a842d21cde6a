-- Generate every calendar anew beside itself, by the rules as this transaction has them; keep those that differ.
insert into tat.calendar (
    calendar_name,
    time_zone,
    is_always_open,
    department,
    location,
    anchor_on,
    span_starts_on,
    span_ends_on
)
select
    'preview of ' || calendar.calendar_id,
    calendar.time_zone,
    calendar.is_always_open,
    calendar.department,
    calendar.location,
    calendar.anchor_on,
    calendar.span_starts_on,
    calendar.span_ends_on
from tat.calendar
where calendar.span_starts_on is not null
