-- Show a person a message in the app, once.
insert into tat.in_app_notification (
    message_id, user_id, alert_id, request_id, level_id, subject, body, link, created_at
)
select
    delivery.message_id,
    delivery.recipient_id,
    delivery.alert_id,
    %(request_id)s,
    %(level_id)s,
    %(subject)s,
    %(body)s,
    %(link)s,
    delivery.claimed_at
from tat.delivery
where delivery.message_id = %(message_id)s
order by delivery.delivery_id
limit 1
on conflict (message_id) do nothing
