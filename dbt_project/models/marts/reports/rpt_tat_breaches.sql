with levels as (

    select * from {{ ref('vw_tat_compliance') }}
    where is_breached

),

requests as (

    select * from {{ ref('fct_requests') }}

),

final as (

    select
        levels.level_id,
        levels.request_id,
        levels.request_number,
        levels.request_title,
        levels.priority,
        levels.department,
        requests.initiator_name,
        levels.level_number,
        levels.level_name,
        levels.approver_name,
        levels.approver_department,
        levels.level_status,
        levels.tat_hours_allocated,
        levels.tat_hours_elapsed,
        levels.hours_over_tat,
        levels.tat_percentage_used,
        levels.breached_at,
        {{ month_of('levels.breach_day') }} as breached_month,
        levels.level_end_time,
        levels.level_end_time is null as is_still_open,
        levels.alerts_sent,
        levels.breach_reason,
        coalesce(levels.breach_reason, 'No reason given') as breach_reason_label,
        levels.breach_day,
        levels.expected_completion_time
    from levels
    left join requests
        on levels.request_id = requests.request_id

)

select * from final
