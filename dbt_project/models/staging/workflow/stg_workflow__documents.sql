select
    document_id,
    request_id,
    uploaded_by,

    file_name,
    file_size as file_size_bytes,
    category,
    is_deleted,

    uploaded_at
from {{ source('workflow', 'documents') }}
