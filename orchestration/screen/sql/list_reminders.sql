-- The reminders of a request in the order in which they came.
select
    alerts.alert_id,
    alerts.level_id,
    alerts.alert_type,
    alerts.reminder_text,
    alerts.level_number,
    coalesce(alerts.level_name, 'Level ' || alerts.level_number) as level_name,
    alerts.cycle,
    alerts.approver_name,
    alerts.alert_sent_at,
    alerts.threshold_crossed_at,
    alerts.expected_completion_time,
    alerts.tat_hours_allocated,
    alerts.tat_hours_elapsed,
    alerts.tat_hours_remaining,
    alerts.notification_sent,
    alerts.metadata ->> 'not_notified_reason' as not_notified_reason
from kpi.vw_tat_alerts_summary as alerts
where alerts.request_id = %(request_id)s
order by alerts.threshold_crossed_at, alerts.level_number, alerts.alert_type
