select
    alert_id,
    request_id,
    level_id,
    approver_id,

    alert_type,
    recorded_percentage as threshold_percentage,
    tat_hours_allocated,
    tat_hours_elapsed,
    tat_hours_remaining,
    alert_message,
    notification_sent,
    notification_channels,
    is_breached,
    was_completed_on_time,
    metadata,
    cycle,

    level_start_time,
    expected_completion_time,
    threshold_crossed_at,
    alert_sent_at,
    completion_time,
    created_at
from {{ source('tat', 'tat_alerts') }}
