with requests as (

    select * from {{ ref('vw_workflow_aging') }}

),

final as (

    select
        department,
        aging_bucket,
        count(*) as open_requests,
        count(*) filter (where is_delayed) as delayed_requests,
        avg(age_days)::numeric(20, 10) as avg_age_days,
        max(age_days)::numeric(20, 10) as oldest_age_days,
        max(age_business_days) as oldest_age_business_days,
        min(submission_date) as oldest_submission_date,
        {{ percentage('count(*) filter (where is_delayed)', 'count(*)') }}
            as delayed_percentage,
        aging_bucket_order
    from requests
    group by department, aging_bucket, aging_bucket_order

)

select * from final
