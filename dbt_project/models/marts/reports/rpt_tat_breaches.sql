-- The day is that of the stored row, so that a period is found by index.
select
    level_id,
    request_id,
    request_number,
    request_title,
    priority,
    department,
    initiator_name,
    level_number,
    level_name,
    approver_name,
    approver_department,
    level_status,
    tat_hours_allocated,
    tat_hours_elapsed,
    (tat_hours_elapsed - tat_hours_allocated)::numeric(20, 10) as hours_over_tat,
    tat_percentage_used,
    breached_at,
    {{ month_of('coming_breach_day') }} as breached_month,
    level_end_time,
    level_end_time is null as is_still_open,
    alerts_sent,
    breach_reason,
    coalesce(breach_reason, 'No reason given') as breach_reason_label,
    coming_breach_day as breach_day,
    expected_completion_time
from {{ ref('fct_levels') }}
where is_started and is_breached
