-- What is captured of changes in tat.weekly_window.
create or replace trigger capture_calendar_windows
after insert or update or delete on tat.weekly_window
for each statement
execute function tat.capture_calendar_change();
