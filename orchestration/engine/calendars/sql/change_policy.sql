-- Change the clock or the channels of a policy.
update tat.policy
set
    calendar_id = coalesce(%(calendar_id)s::integer, policy.calendar_id),
    notification_channels = coalesce(%(channels)s::text[], policy.notification_channels)
where policy.priority = %(priority)s
    and policy.department is not distinct from %(department)s::text
    and (
        policy.calendar_id <> %(calendar_id)s::integer
        or policy.notification_channels <> %(channels)s::text[]
    )
