select
    levels.level_id,
    levels.request_id,
    levels.request_number,
    levels.priority,
    levels.level_number,
    levels.level_name,
    levels.approver_id,
    levels.approver_name,
    levels.department,
    levels.approver_department,
    levels.level_status,
    levels.tat_hours_allocated,
    levels.tat_start_time,
    levels.expected_completion_time,
    levels.level_end_time,
    levels.tat_hours_elapsed,
    levels.tat_percentage_used,
    greatest(
        levels.tat_hours_allocated - levels.tat_hours_elapsed, 0
    )::numeric(20, 10) as tat_hours_remaining,
    case
        when levels.is_breached
            then levels.tat_hours_elapsed - levels.tat_hours_allocated
        else 0
    end::numeric(20, 10) as hours_over_tat,
    levels.completed_within_tat,
    levels.is_breached,
    case
        when levels.clock_state = 'cancelled' then 'SKIPPED'
        when levels.completed_within_tat then 'COMPLETED_ON_TIME'
        when not levels.completed_within_tat then 'COMPLETED_LATE'
        when levels.is_breached then 'BREACHED'
        when levels.clock_state = 'paused' then 'PAUSED'
        when levels.is_at_risk then 'AT_RISK'
        else 'ON_TRACK'
    end as tat_status,
    levels.alerts_sent,
    levels.request_title,
    levels.cycle,
    levels.breach_reason,
    levels.breached_at,
    levels.breach_day,
    levels.due_day,
    levels.decided_day,
    levels.department as initiator_department,
    levels.approver_designation,
    levels.approver_location
from {{ ref('fct_levels') }} as levels
where levels.is_started
