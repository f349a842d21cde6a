select
    note_id,
    request_id,
    user_id,

    message,
    is_deleted,

    created_at
from {{ source('workflow', 'work_notes') }}
