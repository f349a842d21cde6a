-- All that the messages say which this sender holds, a row for each alert or notice in them.
select
    delivery.message_id,
    delivery.delivery_id,
    delivery.alert_id,
    delivery.recipient_id,
    delivery.recipient_role,
    delivery.repetition,
    users.display_name as recipient_name,
    coalesce(
        user_channel.address,
        case when delivery.recipient_role = 'operator' then channel.operators else users.email end
    ) as address,
    coalesce(receiver.time_zone, tat.time_zone()) as time_zone,
    stood_in_for.display_name as stands_in_for,
    notice.subject as notice_subject,
    notice.body as notice_body,
    tat_alerts.level_id,
    tat_alerts.alert_type,
    tat_alerts.threshold_percentage,
    tat_alerts.threshold_crossed_at,
    workflow_requests.request_id,
    workflow_requests.request_number,
    workflow_requests.title as request_title,
    workflow_requests.priority,
    initiator.display_name as initiator_name,
    approver.display_name as approver_name,
    approval_levels.level_number,
    approval_levels.level_name,
    level_status.due_at,
    level_status.tat_seconds / level_status.seconds_per_tat_hour as tat_hours,
    level_status.elapsed_seconds / level_status.seconds_per_tat_hour as elapsed_hours
from tat.delivery
left join tat.channel on channel.channel_name = delivery.channel_name
left join workflow.users on users.user_id = delivery.recipient_id
left join tat.user_channel
    on user_channel.user_id = delivery.recipient_id
    and user_channel.channel_name = delivery.channel_name
left join lateral tat.receiver_calendar(delivery.recipient_id) as receiver on true
left join workflow.users as stood_in_for on stood_in_for.user_id = delivery.stands_in_for
left join tat.notice on notice.notice_id = delivery.notice_id
left join tat.tat_alerts on tat_alerts.alert_id = delivery.alert_id
left join workflow.workflow_requests
    on workflow_requests.request_id = tat_alerts.request_id
left join workflow.users as initiator
    on initiator.user_id = workflow_requests.initiator_id
left join workflow.approval_levels on approval_levels.level_id = tat_alerts.level_id
left join workflow.users as approver on approver.user_id = approval_levels.approver_id
left join tat.level_status on level_status.level_id = tat_alerts.level_id
where delivery.sender = pg_backend_pid() and delivery.state = 'sending'
order by delivery.delivery_id
