-- Whom each alert of a request told, by what and when, or why not.
select
    delivery.alert_id,
    users.display_name as receiver,
    delivery.channel_name as channel,
    delivery.repetition,
    delivery.state,
    delivery.reason,
    coalesce(delivery.finished_at, delivery.next_attempt_at) as at
from tat.delivery
inner join tat.tat_alerts on tat_alerts.alert_id = delivery.alert_id
inner join workflow.users on users.user_id = delivery.recipient_id
where tat_alerts.request_id = %(request_id)s
order by delivery.delivery_id
