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
        {{ local_day('alert_sent_at') }} as alert_day
    from alerts

)

select * from final
