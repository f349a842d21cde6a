-- Deliveries, the latest first.
select
    delivery.delivery_id as id,
    delivery.state,
    delivery.channel_name as channel,
    coalesce(users.display_name, 'operators') as receiver,
    coalesce(tat_alerts.alert_type, 'notice') as tells_of,
    coalesce(workflow_requests.request_number, notice.subject) as request,
    delivery.attempts,
    date_trunc('second', delivery.send_at) as send_at,
    date_trunc('second', delivery.finished_at) as finished_at,
    delivery.reason
from tat.delivery
left join workflow.users on users.user_id = delivery.recipient_id
left join tat.notice on notice.notice_id = delivery.notice_id
left join tat.tat_alerts on tat_alerts.alert_id = delivery.alert_id
left join workflow.workflow_requests
    on workflow_requests.request_id = tat_alerts.request_id
where (%(state)s::text is null or delivery.state = %(state)s)
    and (%(channel)s::text is null or delivery.channel_name = %(channel)s)
order by delivery.delivery_id desc
limit %(limit)s
