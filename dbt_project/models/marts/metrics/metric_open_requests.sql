with open_requests as (

    select * from {{ ref('vw_workflow_aging') }}

),

final as (

    select
        request_id,
        department,
        priority,
        status,
        aging_bucket,
        current_approver_name,
        current_level_name,
        is_delayed,
        age_hours,
        {{ local_day('submission_date') }} as submission_day,
        aging_bucket_order
    from open_requests

)

select * from final
