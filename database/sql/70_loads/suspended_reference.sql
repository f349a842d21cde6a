-- As a transaction commits, the foreign keys that it dropped come back.
drop trigger if exists restore_reference on tat.suspended_reference;

create constraint trigger restore_reference
after insert on tat.suspended_reference
deferrable initially deferred
for each row
execute function tat.restore_reference();
