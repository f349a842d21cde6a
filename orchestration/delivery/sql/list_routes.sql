-- Whom an alert's policy tells now, by what, from when, and what is in the way.
select
    users.display_name as receiver,
    route.recipient_role as role,
    route.channel_name as channel,
    route.repetition,
    date_trunc('second', route.send_at) as send_at,
    coalesce(route.obstacle, tat.delivery_obstacle(delivery, now())) as obstacle,
    delivery.state,
    date_trunc('second', delivery.finished_at) as finished_at
from tat.list_routes(%(alert_id)s, now()) as route
inner join workflow.users on users.user_id = route.recipient_id
left join tat.delivery
    on delivery.alert_id = %(alert_id)s
    and delivery.recipient_id = route.recipient_id
    and delivery.channel_name = route.channel_name
    and delivery.repetition = route.repetition
order by users.display_name, route.channel_name, route.repetition
