-- Every policy: whom it concerns, its clock and thresholds.
select
    policy.priority,
    policy.department,
    calendar.calendar_name as calendar,
    policy.seconds_per_tat_hour,
    string_agg(
        trim_scale(policy_threshold.percentage)::text, ','
        order by policy_threshold.threshold
    ) as thresholds,
    policy.notification_channels as channels
from tat.policy
inner join tat.calendar on calendar.calendar_id = policy.calendar_id
left join tat.policy_threshold on policy_threshold.policy_id = policy.policy_id
group by policy.policy_id, calendar.calendar_name
order by policy.priority, policy.department nulls first
