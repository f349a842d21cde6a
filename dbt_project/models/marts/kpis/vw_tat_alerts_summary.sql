select
    alerts.alert_id,
    alerts.request_id,
    alerts.level_id,
    alerts.approver_id,
    alerts.alert_type,
    {{ trimmed_number('alerts.threshold_percentage') }} as threshold_percentage,
    alerts.tat_hours_allocated,
    alerts.tat_hours_elapsed,
    alerts.tat_hours_remaining,
    alerts.level_start_time,
    alerts.alert_sent_at,
    alerts.expected_completion_time,
    alerts.alert_message,
    alerts.notification_sent,
    alerts.notification_channels,
    alerts.is_breached,
    alerts.was_completed_on_time,
    alerts.completion_time,
    alerts.metadata,
    alerts.created_at,
    alerts.cycle,
    alerts.threshold_crossed_at,
    requests.request_number,
    requests.title as request_title,
    requests.priority,
    initiators.department,
    approvers.display_name as approver_name,
    levels.level_number,
    levels.level_name,
    levels.level_status,
    case
        when alerts.completion_time < alerts.alert_sent_at then 0
        else {{ hours_between('alerts.alert_sent_at', 'alerts.completion_time') }}
    end::numeric(20, 10) as response_time_hours,
    levels.breach_reason,
    case alerts.alert_type
        when 'TAT_50' then 'Reminder 1: '
        when 'TAT_75' then 'Reminder 2: '
        else ''
    end
    || case
        when alerts.alert_type = 'TAT_100'
            then 'TAT breached - Immediate action required'
        else
            {{ plain_number('alerts.threshold_percentage') }}
            || '% of SLA breach reminder have been sent'
    end as reminder_text,
    {{ local_day('alerts.alert_sent_at') }} as alert_day,
    {{ local_day('alerts.threshold_crossed_at') }} as crossing_day,
    initiators.department as initiator_department,
    approvers.department as approver_department,
    approvers.designation as approver_designation,
    approvers.location as approver_location
from {{ ref('stg_tat__alerts') }} as alerts
left join {{ ref('stg_workflow__requests') }} as requests
    on alerts.request_id = requests.request_id
left join {{ ref('stg_workflow__approval_levels') }} as levels
    on alerts.level_id = levels.level_id
left join {{ ref('dim_users') }} as initiators
    on requests.initiator_id = initiators.user_id
left join {{ ref('dim_users') }} as approvers
    on alerts.approver_id = approvers.user_id
