-- The person who asks, by key or e-mail address, unless they have left; and the present on their clock.
select
    users.user_id,
    users.display_name as name,
    users.email,
    coalesce(receiver.time_zone, tat.time_zone()) as time_zone,
    tat.as_of() as present
from workflow.users
left join lateral tat.receiver_calendar(users.user_id) as receiver on true
where users.is_active
    and (
        users.user_id = %(user_id)s::uuid
        or lower(users.email) = lower(%(email)s::text)
    )
