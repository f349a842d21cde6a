-- What is captured of changes in workflow.users.
create or replace trigger capture_user_update
after update on workflow.users
referencing old table as old_users new table as new_users
for each statement
execute function tat.capture_user_update();

create or replace trigger capture_stored_update
after update on workflow.users
referencing old table as old_rows new table as new_rows
for each statement
execute function tat.capture_moved_initiators();
