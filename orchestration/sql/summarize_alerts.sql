-- Alerts by type: recorded, replayed from history, and waiting to be delivered.
select
    tat_alerts.alert_type,
    count(*) as alerts,
    count(*) filter (where tat_alerts.metadata ->> 'origin' = 'replay') as replayed,
    count(outbox.alert_id) filter (where outbox.delivered_at is null) as in_outbox
from tat.tat_alerts
left join tat.outbox on outbox.alert_id = tat_alerts.alert_id
group by tat_alerts.alert_type
order by length(tat_alerts.alert_type), tat_alerts.alert_type
