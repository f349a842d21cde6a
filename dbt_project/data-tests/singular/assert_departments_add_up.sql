-- The departments together have every submitted request, and every outcome, once.
with departments as (

    select
        coalesce(sum(total_requests), 0) as total_requests,
        coalesce(sum(open_requests), 0) as open_requests,
        coalesce(sum(approved_requests), 0) as approved_requests,
        coalesce(sum(rejected_requests), 0) as rejected_requests
    from {{ ref('vw_department_summary') }}

),

requests as (

    select
        count(*) filter (where is_submitted) as total_requests,
        count(*) filter (where is_open) as open_requests,
        count(*) filter (where is_approved) as approved_requests,
        count(*) filter (where is_rejected) as rejected_requests
    from {{ ref('vw_request_volume_summary') }}

)

select * from departments
except
select * from requests
