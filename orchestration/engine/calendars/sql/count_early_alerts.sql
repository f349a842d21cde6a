-- Alerts that were sent before their threshold would have been crossed, by type.
select tat_alerts.alert_type, count(*) as alerts
from pg_temp.preview
inner join tat.tat_alerts
    on tat_alerts.level_id = preview.level_id and tat_alerts.cycle = preview.cycle
inner join lateral tat.level_thresholds(preview.clock) as level_threshold
    on level_threshold.alert_type = tat_alerts.alert_type
where level_threshold.due_clock
    >= tat.find_work_clock(preview.calendar_id, tat_alerts.alert_sent_at)
group by tat_alerts.alert_type
order by length(tat_alerts.alert_type), tat_alerts.alert_type
