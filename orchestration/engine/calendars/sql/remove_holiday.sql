-- Switch a holiday off.
update workflow.holidays
set is_active = false
where holidays.holiday_id = %(holiday_id)s and holidays.is_active
returning holidays.holiday_id
