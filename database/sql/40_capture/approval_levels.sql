-- What is captured of changes in workflow.approval_levels.
create or replace trigger capture_level_insert
after insert on workflow.approval_levels
referencing new table as new_levels
for each statement
execute function tat.capture_level_insert();

-- The engine's own writes are not news to it.
create or replace trigger capture_level_update
after update on workflow.approval_levels
referencing old table as old_levels new table as new_levels
for each statement
when (current_setting('tat.engine_writes', true) is distinct from 'on')
execute function tat.capture_level_update();

create or replace trigger capture_stored_insert
after insert on workflow.approval_levels
referencing new table as changed_rows
for each statement
execute function tat.capture_changed_requests();

create or replace trigger capture_stored_update
after update on workflow.approval_levels
referencing old table as old_rows new table as new_rows
for each statement
execute function tat.capture_updated_requests();

create or replace trigger capture_stored_delete
after delete on workflow.approval_levels
referencing old table as changed_rows
for each statement
execute function tat.capture_changed_requests();

create or replace trigger capture_stored_truncate
before truncate on workflow.approval_levels
for each statement
execute function tat.capture_every_request();
