-- Declare a holiday.
insert into workflow.holidays (
    holiday_id,
    holiday_date,
    holiday_name,
    holiday_type,
    is_recurring,
    is_active,
    applies_to_departments,
    applies_to_locations
)
values (
    %(holiday_id)s,
    %(day)s,
    %(name)s,
    %(holiday_type)s,
    %(is_recurring)s,
    true,
    %(departments)s,
    %(locations)s
)
