-- What is captured of changes in tat.policy_threshold.
create or replace trigger capture_threshold_change
after insert or delete or update of policy_id, threshold, percentage on tat.policy_threshold
for each statement
execute function tat.capture_policy_change();
