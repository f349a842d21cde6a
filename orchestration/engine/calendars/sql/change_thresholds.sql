-- Change the two reminders of a policy.
update tat.policy_threshold
set percentage = given.percentage
from tat.policy
cross join (
    values (50, %(lower)s::numeric), (75, %(upper)s::numeric)
) as given (threshold, percentage)
where policy.policy_id = policy_threshold.policy_id
    and policy.priority = %(priority)s
    and policy.department is not distinct from %(department)s::text
    and policy_threshold.threshold = given.threshold
    and policy_threshold.percentage <> given.percentage
