select
    pause_id,
    level_id,

    reason,

    paused_at,
    resumed_at
from {{ source('tat', 'level_pause') }}
