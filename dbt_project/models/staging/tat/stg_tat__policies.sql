select
    policy_id,
    calendar_id,

    priority,
    department
from {{ source('tat', 'policy') }}
