with levels as (

    select * from {{ ref('fct_levels') }}
    where is_started

),

alerts as (

    select * from {{ ref('stg_tat__alerts') }}

),

level_alerts as (

    select
        request_id,
        level_id,
        cycle,
        count(*) as alerts_sent
    from alerts
    group by request_id, level_id, cycle

),

final as (

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
        greatest(
            levels.tat_hours_elapsed - levels.tat_hours_allocated, 0
        )::numeric(20, 10) as hours_over_tat,
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
        coalesce(level_alerts.alerts_sent, 0) as alerts_sent,
        levels.request_title,
        levels.cycle,
        levels.breach_reason
    from levels
    left join level_alerts
        on
            levels.request_id = level_alerts.request_id
            and levels.level_id = level_alerts.level_id
            and levels.cycle = level_alerts.cycle

)

select * from final
