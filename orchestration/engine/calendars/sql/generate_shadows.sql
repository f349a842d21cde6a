-- The working time of the shadows over the spans of their calendars.
insert into tat.work_interval (
    calendar_id, starts_at, ends_at, clock_at_start, is_span_end
)
select
    shadow.shadow_id,
    generated.starts_at,
    generated.ends_at,
    generated.clock_at_start,
    generated.is_span_end
from pg_temp.shadow
inner join tat.calendar on calendar.calendar_id = shadow.shadow_id
cross join lateral tat.generate_work_intervals(
    shadow.shadow_id, calendar.span_starts_on, calendar.span_ends_on, calendar.anchor_on
) as generated
