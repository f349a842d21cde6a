-- What is captured of changes in tat.level_clock.
create or replace trigger capture_stored_insert
after insert on tat.level_clock
referencing new table as changed_rows
for each statement
execute function tat.capture_changed_clocks();

create or replace trigger capture_stored_update
after update on tat.level_clock
referencing new table as changed_rows
for each statement
execute function tat.capture_changed_clocks();

create or replace trigger capture_stored_delete
after delete on tat.level_clock
referencing old table as changed_rows
for each statement
execute function tat.capture_changed_clocks();
