-- What is captured of changes in workflow.workflow_requests.
create or replace trigger capture_request_update
after update on workflow.workflow_requests
referencing old table as old_requests new table as new_requests
for each statement
execute function tat.capture_request_update();

create or replace trigger capture_stored_insert
after insert on workflow.workflow_requests
referencing new table as changed_rows
for each statement
execute function tat.capture_changed_requests();

create or replace trigger capture_stored_update
after update on workflow.workflow_requests
referencing old table as old_rows new table as new_rows
for each statement
execute function tat.capture_updated_requests();

create or replace trigger capture_stored_delete
after delete on workflow.workflow_requests
referencing old table as changed_rows
for each statement
execute function tat.capture_changed_requests();

create or replace trigger capture_stored_truncate
before truncate on workflow.workflow_requests
for each statement
execute function tat.capture_every_request();
