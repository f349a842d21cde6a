-- What is captured of changes in workflow.work_note_attachments.
create or replace trigger capture_stored_insert
after insert on workflow.work_note_attachments
referencing new table as changed_rows
for each statement
execute function tat.capture_changed_attachments();

create or replace trigger capture_stored_update
after update on workflow.work_note_attachments
referencing old table as old_rows new table as new_rows
for each statement
execute function tat.capture_updated_attachments();

create or replace trigger capture_stored_delete
after delete on workflow.work_note_attachments
referencing old table as changed_rows
for each statement
execute function tat.capture_changed_attachments();

create or replace trigger capture_stored_truncate
before truncate on workflow.work_note_attachments
for each statement
execute function tat.capture_every_request();
