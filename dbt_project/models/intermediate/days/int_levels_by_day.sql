select
    levels.request_id,
    levels.is_stored,
    levels.decided_day as kpi_date,
    levels.completed_within_tat::integer::bigint as levels_within_tat,
    (not levels.completed_within_tat)::integer::bigint as levels_breached
from
    {{ stored_and_current(
        ref('int_levels_stored'),
        ref('int_levels_current'),
        ref('int_changed_requests'),
        'levels'
    ) }}
where levels.completed_within_tat is not null
