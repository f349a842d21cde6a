-- What is captured of changes in workflow.holidays.
create or replace trigger capture_calendar_holidays
after insert or update or delete on workflow.holidays
for each statement
execute function tat.capture_calendar_change();
