select
    calendar_id,

    calendar_name,
    time_zone,
    is_always_open
from {{ source('tat', 'calendar') }}
