-- Add a calendar.
insert into tat.calendar (
    calendar_name, time_zone, is_always_open, variant_of, department, location
)
values (
    %(name)s,
    %(time_zone)s,
    %(is_always_open)s,
    %(variant_of)s,
    %(department)s,
    %(location)s
)
