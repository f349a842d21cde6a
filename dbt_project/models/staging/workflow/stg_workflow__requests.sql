select
    request_id,
    initiator_id,

    request_number,
    template_type,
    title,
    description,
    priority,
    status as request_status,
    conclusion_remark,
    is_draft,
    is_deleted,

    current_level,
    total_levels,
    total_tat_hours,

    submission_date,
    closure_date,
    created_at,
    updated_at
from {{ source('workflow', 'workflow_requests') }}
