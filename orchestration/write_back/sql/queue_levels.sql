-- Queue all levels that have a flag.
insert into tat.unwritten (table_name, row_key)
select 'approval_levels', approval_levels.level_id
from workflow.approval_levels
where approval_levels.tat50_alert_sent
    or approval_levels.tat75_alert_sent
    or approval_levels.tat_breached
