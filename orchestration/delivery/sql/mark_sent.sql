-- A message is out: its deliveries are sent, and their alerts say by which channels.
with sent as (
    update tat.delivery
    set
        state = 'sent',
        reason = null,
        attempts = delivery.attempts + 1,
        sender = null,
        finished_at = coalesce(%(as_of)s::timestamptz, clock_timestamp())
    where delivery.message_id = %(message_id)s and delivery.state = 'sending'
    returning delivery.alert_id, delivery.channel_name
),

delivered as (
    update tat.outbox
    set delivered_at = coalesce(%(as_of)s::timestamptz, clock_timestamp())
    from sent
    where outbox.alert_id = sent.alert_id and outbox.delivered_at is null
)

update tat.tat_alerts
set
    notification_sent = true,
    notification_channels = tat_alerts.notification_channels || sent.channel_name
from sent
where tat_alerts.alert_id = sent.alert_id
    and sent.channel_name <> all(tat_alerts.notification_channels)
