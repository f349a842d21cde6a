-- Give a department's new policy the thresholds of the one for all.
insert into tat.policy_threshold (policy_id, slot, percentage)
select policy.policy_id, policy_threshold.slot, policy_threshold.percentage
from tat.policy
inner join tat.policy as general
    on general.priority = policy.priority and general.department is null
inner join tat.policy_threshold on policy_threshold.policy_id = general.policy_id
where policy.priority = %(priority)s and policy.department = %(department)s
on conflict (policy_id, slot) do nothing
