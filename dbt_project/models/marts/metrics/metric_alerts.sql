with alerts as (

    select * from {{ ref('vw_tat_alerts_summary') }}

),

final as (

    select
        alert_id,
        level_id,
        request_id,
        approver_id,
        approver_name,
        department,
        priority,
        alert_type,
        is_breached,
        was_completed_on_time,
        response_time_hours,
        alert_day,
        crossing_day,
        approver_department
    from alerts

)

select * from final
