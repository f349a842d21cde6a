-- Alerts that would be due at once and are not now, by type.
with present as materialized (
    select
        calendar.calendar_id,
        tat.find_work_clock(calendar.calendar_id, %(as_of)s) as clock_now
    from tat.calendar
)

select level_threshold.alert_type, count(*) as alerts
from pg_temp.preview
inner join present on present.calendar_id = preview.calendar_id
inner join present as earlier on earlier.calendar_id = preview.calendar_before
cross join lateral tat.level_thresholds(preview.clock) as level_threshold
where level_threshold.due_clock < coalesce((preview.clock).halted_clock, present.clock_now)
    and coalesce(preview.next_before >= earlier.clock_now, true)
    and not exists (
        select 1
        from tat.tat_alerts
        where tat_alerts.level_id = preview.level_id
            and tat_alerts.cycle = preview.cycle
            and tat_alerts.alert_type = level_threshold.alert_type
    )
group by level_threshold.alert_type
order by length(level_threshold.alert_type), level_threshold.alert_type
