select
    level_id,
    request_id,
    approver_id,

    level_number,
    level_name,
    status as level_status,
    tat_hours as tat_hours_allocated,
    comments,
    rejection_reason,
    breach_reason,
    skip_reason,
    skipped_by,
    is_final_approver,

    level_start_time,
    tat_start_time,
    level_end_time,
    action_date,
    skipped_at,
    created_at,
    updated_at
from {{ source('workflow', 'approval_levels') }}
