select
    participant_id,
    request_id,
    user_id,

    participant_type,
    is_active,

    added_at
from {{ source('workflow', 'participants') }}
