select
    levels.request_id,
    case
        when levels.completed_within_tat then 'LEVEL_WITHIN_TAT' else 'LEVEL_LATE'
    end as event_name,
    levels.decided_at as happened_at
from {{ ref('int_levels') }} as levels
where levels.completed_within_tat is not null
union all
select
    alerts.request_id,
    alerts.alert_type as event_name,
    alerts.alert_sent_at as happened_at
from {{ ref('stg_tat__alerts') }} as alerts
