-- What is captured of changes in tat.tat_alerts.
create or replace trigger capture_stored_insert
after insert on tat.tat_alerts
referencing new table as changed_rows
for each statement
execute function tat.capture_changed_requests();

create or replace trigger capture_stored_update
after update on tat.tat_alerts
referencing old table as old_rows new table as new_rows
for each statement
execute function tat.capture_updated_alerts();

create or replace trigger capture_stored_delete
after delete on tat.tat_alerts
referencing old table as changed_rows
for each statement
execute function tat.capture_changed_requests();

create or replace trigger capture_stored_truncate
before truncate on tat.tat_alerts
for each statement
execute function tat.capture_every_request();

create or replace trigger queue_unwritten_insert
after insert on tat.tat_alerts
referencing new table as changed_rows
for each statement
execute function tat.queue_unwritten_alerts();

create or replace trigger queue_unwritten_update
after update on tat.tat_alerts
referencing new table as changed_rows
for each statement
execute function tat.queue_unwritten_alerts();
