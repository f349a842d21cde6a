select
    request_id,
    level_id,
    level_number,
    level_name,
    tat_percentage_used,
    actor_id,
    event_order,
    event_type,
    event_at,
    detail
from {{ ref('int_level_timeline_events') }}
union all
select
    request_id,
    {{ no_key() }} as level_id,
    null as level_number,
    null as level_name,
    null as tat_percentage_used,
    actor_id,
    event_order,
    event_type,
    event_at,
    detail
from {{ ref('int_request_timeline_events') }}
