-- Whom each threshold of each policy tells.
select
    policy.priority,
    policy.department,
    policy_threshold.threshold,
    policy_threshold.recipients,
    coalesce(policy_threshold.channels, policy.notification_channels) as channels,
    policy_threshold.is_at_once as at_once,
    policy_threshold.repeat_every_hours as repeat_every,
    case
        when policy_threshold.repeat_every_hours is not null
            then policy_threshold.repeat_at_most
    end as repeat_at_most
from tat.policy
inner join tat.policy_threshold on policy_threshold.policy_id = policy.policy_id
order by policy.priority, policy.department nulls first, policy_threshold.threshold
