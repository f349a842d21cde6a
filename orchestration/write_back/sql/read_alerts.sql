-- Alerts as they are now, of levels that the app still has.
select to_jsonb(tat_alerts) as source_row
from tat.tat_alerts
where tat_alerts.alert_id = any(%(keys)s)
    and not exists (
        select 1
        from tat.gone_row
        where gone_row.table_name = 'approval_levels'
            and gone_row.row_key = tat_alerts.level_id
    )
