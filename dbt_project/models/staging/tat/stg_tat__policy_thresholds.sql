select
    policy_id,

    slot,
    percentage as threshold_percentage
from {{ source('tat', 'policy_threshold') }}
