-- Policies with their thresholds.
select
    policy.policy_id,
    policy.priority,
    policy.department,
    policy.calendar_id,
    policy.seconds_per_tat_hour,
    array_agg(policy_threshold.threshold order by policy_threshold.threshold) as thresholds,
    array_agg(policy_threshold.percentage order by policy_threshold.threshold) as percentages
from tat.policy
inner join tat.policy_threshold on policy_threshold.policy_id = policy.policy_id
group by policy.policy_id
