with requests as (

    select * from {{ ref('fct_requests') }}

),

dated as (

    select
        *,
        {{ local_day('submission_date') }} as submission_day
    from requests

),

final as (

    select
        request_id,
        request_number,
        title,
        priority,
        request_status as status,
        template_type,
        initiator_id,
        initiator_name,
        department,
        current_level,
        total_levels,
        total_tat_hours,
        submission_date,
        closure_date,
        created_at,
        is_open,
        coalesce(outcome = 'APPROVED', false) as is_approved,
        coalesce(outcome = 'REJECTED', false) as is_rejected,
        age_hours,
        cycle_time_hours,
        cycle_time_working_hours,
        submission_day,
        {{ week_of('submission_day') }} as submission_week,
        {{ month_of('submission_day') }} as submission_month,
        is_submitted
    from dated

)

select * from final
