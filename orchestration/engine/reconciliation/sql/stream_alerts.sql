-- Every alert as recorded, in microseconds since the epoch.
select
    tat_alerts.level_id,
    tat_alerts.cycle,
    tat_alerts.alert_type,
    (extract(epoch from tat_alerts.threshold_crossed_at) * 1000000)::bigint as crossed_at,
    (extract(epoch from tat_alerts.alert_sent_at) * 1000000)::bigint as sent_at,
    (extract(epoch from tat_alerts.level_start_time) * 1000000)::bigint as started_at,
    (extract(epoch from tat_alerts.created_at) * 1000000)::bigint as recorded_at,
    tat_alerts.tat_hours_allocated as tat_hours,
    tat_alerts.threshold_percentage as percentage,
    tat_alerts.metadata -> 'basis' as basis,
    (outbox.alert_id is null) <> (tat_alerts.metadata ? 'not_notified_reason')
        as is_unaccounted
from tat.tat_alerts
left join tat.outbox on outbox.alert_id = tat_alerts.alert_id
order by tat_alerts.level_id
