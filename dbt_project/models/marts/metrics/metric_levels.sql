with levels as (

    select * from {{ ref('fct_levels') }}

),

final as (

    select
        level_id,
        request_id,
        approver_id,
        approver_name,
        approver_department,
        department,
        priority,
        level_number,
        level_name,
        level_status,
        is_active,
        is_decided,
        is_breached,
        completed_within_tat,
        case
            when completed_within_tat is not null then tat_hours_elapsed
        end::numeric(20, 10) as response_hours,
        {{ local_day('tat_start_time') }} as start_day,
        due_day,
        decided_day,
        breach_day
    from levels

)

select * from final
