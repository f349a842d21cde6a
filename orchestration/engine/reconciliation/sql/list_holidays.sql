-- Holidays in force, as declared.
select
    holidays.holiday_date,
    holidays.is_recurring,
    coalesce(holidays.applies_to_departments, '{}') as departments,
    coalesce(holidays.applies_to_locations, '{}') as locations
from workflow.holidays
where holidays.is_active
