select
    attachment_id,
    note_id,

    file_name,

    uploaded_at
from {{ source('workflow', 'work_note_attachments') }}
