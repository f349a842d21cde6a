-- How many seconds after their thresholds the alerts of those levels were recorded.
select extract(epoch from tat_alerts.created_at - tat_alerts.threshold_crossed_at)
from tat.tat_alerts
inner join workflow.workflow_requests
    on workflow_requests.request_id = tat_alerts.request_id
where workflow_requests.request_number = 'FOLLOWED'
