select
    activity_id,
    request_id,
    user_id,

    user_name,
    activity_type,
    activity_description,
    metadata,
    is_system_event,

    created_at
from {{ source('workflow', 'activities') }}
