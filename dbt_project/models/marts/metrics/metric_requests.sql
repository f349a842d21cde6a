with requests as (

    select * from {{ ref('vw_request_volume_summary') }}

),

final as (

    select
        request_id,
        initiator_id,
        initiator_name,
        department,
        priority,
        status,
        template_type,
        is_submitted,
        is_open,
        is_approved,
        is_rejected,
        age_hours,
        cycle_time_hours,
        cycle_time_working_hours,
        submission_day,
        closure_day
    from requests

)

select * from final
