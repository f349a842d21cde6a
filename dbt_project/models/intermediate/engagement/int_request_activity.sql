with activities as (

    select * from {{ ref('stg_workflow__activities') }}
    where not is_system_event

),

request_activity as (

    select
        request_id,
        count(*) as activities_count,
        min(created_at) as first_activity_at,
        max(created_at) as last_activity_at
    from activities
    group by request_id

)

select * from request_activity
