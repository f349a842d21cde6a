-- Generate calendars that are new over the span of the others.
select tat.regenerate_calendar(calendar.calendar_id, span.starts_on, span.ends_on)
from tat.calendar
cross join (
    select min(known.span_starts_on) as starts_on, max(known.span_ends_on) as ends_on
    from tat.calendar as known
) as span
where calendar.span_starts_on is null and span.starts_on is not null
