-- Queue all alerts that there are.
insert into tat.unwritten (table_name, row_key)
select 'tat_alerts', tat_alerts.alert_id
from tat.tat_alerts
order by tat_alerts.alert_sent_at
