-- Give a department's new policy the thresholds of the one for all, and whom they tell.
insert into tat.policy_threshold (
    policy_id,
    threshold,
    percentage,
    recipients,
    channels,
    is_at_once,
    repeat_every_hours,
    repeat_at_most
)
select
    policy.policy_id,
    policy_threshold.threshold,
    policy_threshold.percentage,
    policy_threshold.recipients,
    policy_threshold.channels,
    policy_threshold.is_at_once,
    policy_threshold.repeat_every_hours,
    policy_threshold.repeat_at_most
from tat.policy
inner join tat.policy as general
    on general.priority = policy.priority and general.department is null
inner join tat.policy_threshold on policy_threshold.policy_id = general.policy_id
where policy.priority = %(priority)s and policy.department = %(department)s
on conflict (policy_id, threshold) do nothing
