-- Remove a calendar.
delete from tat.calendar
where calendar.calendar_id = %(calendar_id)s
