select
    levels.request_id,
    levels.is_stored,
    levels.decided_day as kpi_date,
    levels.completed_within_tat::integer::bigint as levels_within_tat,
    (not levels.completed_within_tat)::integer::bigint as levels_breached
from {{ ref('int_level_versions') }} as levels
where levels.completed_within_tat is not null
