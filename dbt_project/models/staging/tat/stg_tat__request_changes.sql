select
    change_id,
    request_id,

    changed_at
from {{ source('tat', 'request_change') }}
