-- Alerts by type: recorded, replayed from history, told to somebody, and waiting to be told.
select
    tat_alerts.alert_type,
    count(*) as alerts,
    count(*) filter (where tat_alerts.metadata ->> 'origin' = 'replay') as replayed,
    count(*) filter (where tat_alerts.notification_sent) as told,
    count(*) filter (
        where outbox.alert_id is not null and outbox.routed_at is null or waiting.is_any
    ) as waiting
from tat.tat_alerts
left join tat.outbox on outbox.alert_id = tat_alerts.alert_id
left join (
    select delivery.alert_id, true as is_any
    from tat.delivery
    where delivery.state in ('queued', 'failed', 'sending') and delivery.repetition = 0
    group by delivery.alert_id
) as waiting on waiting.alert_id = tat_alerts.alert_id
group by tat_alerts.alert_type
order by length(tat_alerts.alert_type), tat_alerts.alert_type
