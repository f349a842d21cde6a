-- What is captured of changes in tat.calendar_day.
create or replace trigger capture_calendar_days
after insert or update or delete on tat.calendar_day
for each statement
execute function tat.capture_calendar_change();
