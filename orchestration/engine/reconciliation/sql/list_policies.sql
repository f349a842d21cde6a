-- Policies with their thresholds.
select
    policy.policy_id,
    policy.priority,
    policy.department,
    policy.calendar_id,
    policy.seconds_per_tat_hour,
    array_agg(policy_threshold.slot order by policy_threshold.slot) as slots,
    array_agg(policy_threshold.percentage order by policy_threshold.slot) as percentages
from tat.policy
inner join tat.policy_threshold on policy_threshold.policy_id = policy.policy_id
group by policy.policy_id
