-- Levels and their flags as they are now.
select
    jsonb_build_object(
        'level_id', approval_levels.level_id,
        'tat50_alert_sent', approval_levels.tat50_alert_sent,
        'tat75_alert_sent', approval_levels.tat75_alert_sent,
        'tat_breached', approval_levels.tat_breached
    ) as source_row
from workflow.approval_levels
where approval_levels.level_id = any(%(keys)s)
