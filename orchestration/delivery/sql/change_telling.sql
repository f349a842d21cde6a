-- Change whom a threshold of a policy tells, by what, and whether again; null leaves as it is.
update tat.policy_threshold
set
    recipients = coalesce(%(recipients)s::text[], policy_threshold.recipients),
    channels = case
        when %(own_channels)s then %(channels)s::text[] else policy_threshold.channels
    end,
    is_at_once = coalesce(%(is_at_once)s::boolean, policy_threshold.is_at_once),
    repeat_every_hours = case
        when %(repeat_every)s::numeric = 0 then null
        else coalesce(%(repeat_every)s::numeric, policy_threshold.repeat_every_hours)
    end,
    repeat_at_most = coalesce(%(repeat_at_most)s::smallint, policy_threshold.repeat_at_most)
from tat.policy
where policy.policy_id = policy_threshold.policy_id
    and policy.priority = %(priority)s
    and policy.department is not distinct from %(department)s::text
    and policy_threshold.threshold = %(threshold)s
returning policy_threshold.threshold
