select
    policy_id,

    threshold,
    percentage as threshold_percentage
from {{ source('tat', 'policy_threshold') }}
