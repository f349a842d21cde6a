-- What is captured of changes in tat.calendar.
create or replace trigger capture_calendar_rules
after update of time_zone, is_always_open, department, location on tat.calendar
for each statement
execute function tat.capture_calendar_change();

create or replace trigger capture_variant_insert
after insert on tat.calendar
referencing new table as changed_calendars
for each statement
execute function tat.capture_variant_change();

create or replace trigger capture_variant_delete
after delete on tat.calendar
referencing old table as changed_calendars
for each statement
execute function tat.capture_variant_change();

-- A calendar that is new or serves others now: whoever it may concern is chosen again.
create or replace trigger capture_variant_update
after update of variant_of, department, location on tat.calendar
for each statement
execute function tat.capture_policy_change();

create or replace trigger capture_stored_update
after update on tat.calendar
referencing old table as old_rows new table as new_rows
for each statement
execute function tat.capture_moved_hours();
