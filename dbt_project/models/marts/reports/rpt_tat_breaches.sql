with levels as (

    select * from {{ ref('vw_tat_compliance') }}
    where is_breached

),

requests as (

    select * from {{ ref('fct_requests') }}

),

breached as (

    select
        *,
        {{ local_day('expected_completion_time') }} as breached_day
    from levels

),

final as (

    select
        breached.level_id,
        breached.request_id,
        breached.request_number,
        breached.request_title,
        breached.priority,
        breached.department,
        requests.initiator_name,
        breached.level_number,
        breached.level_name,
        breached.approver_name,
        breached.approver_department,
        breached.level_status,
        breached.tat_hours_allocated,
        breached.tat_hours_elapsed,
        breached.hours_over_tat,
        breached.tat_percentage_used,
        breached.expected_completion_time as breached_at,
        {{ month_of('breached.breached_day') }} as breached_month,
        breached.level_end_time,
        breached.level_end_time is null as is_still_open,
        breached.alerts_sent,
        breached.breach_reason,
        coalesce(breached.breach_reason, 'No reason given') as breach_reason_label
    from breached
    left join requests
        on breached.request_id = requests.request_id

)

select * from final
