-- What is captured of changes in workflow.level_pauses.
create or replace trigger capture_pause_insert
after insert on workflow.level_pauses
referencing new table as changed_pauses
for each statement
execute function tat.capture_pause_change();

create or replace trigger capture_pause_update
after update on workflow.level_pauses
referencing new table as changed_pauses
for each statement
execute function tat.capture_pause_change();

create or replace trigger capture_pause_delete
after delete on workflow.level_pauses
referencing old table as changed_pauses
for each statement
execute function tat.capture_pause_change();
