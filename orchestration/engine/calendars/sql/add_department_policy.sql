-- Give a department a policy of its own, like the one for all.
insert into tat.policy (
    priority, department, calendar_id, seconds_per_tat_hour, notification_channels
)
select
    policy.priority,
    %(department)s,
    policy.calendar_id,
    policy.seconds_per_tat_hour,
    policy.notification_channels
from tat.policy
where policy.priority = %(priority)s and policy.department is null
on conflict (priority, department) do nothing
