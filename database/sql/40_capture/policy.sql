-- What is captured of changes in tat.policy.
create or replace trigger capture_policy_change
after insert or update or delete on tat.policy
for each statement
execute function tat.capture_policy_change();

-- Which calendar a policy names, and the zone of days, concern every request.
create or replace trigger capture_stored_rows
after insert or delete on tat.policy
for each statement
execute function tat.capture_every_request();

create or replace trigger capture_stored_update
after update of calendar_id, seconds_per_tat_hour, priority, department on tat.policy
for each statement
execute function tat.capture_every_request();
