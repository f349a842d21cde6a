with requests as (

    select * from {{ ref('fct_requests') }}
    where is_submitted

),

levels as (

    select * from {{ ref('fct_levels') }}

),

department_requests as (

    select
        department,
        count(*) as total_requests,
        count(*) filter (where is_open) as open_requests,
        count(*) filter (where outcome = 'APPROVED') as approved_requests,
        count(*) filter (where outcome = 'REJECTED') as rejected_requests,
        count(*) filter (where request_status = 'CLOSED') as closed_requests,
        count(*) filter (where priority = 'EXPRESS') as express_requests,
        count(*) filter (where priority = 'STANDARD') as standard_requests,
        avg(cycle_time_hours)::numeric(20, 10) as avg_cycle_time_hours
    from requests
    group by department

),

department_levels as (

    select
        department,
        count(distinct request_id) filter (where is_breached) as breached_requests,
        count(distinct request_id) filter (where is_breached and is_active)
            as delayed_requests,
        count(*) filter (where completed_within_tat) as within_tat_count,
        count(completed_within_tat) as decided_count
    from levels
    group by department

),

final as (

    select
        department_requests.department,
        department_requests.total_requests,
        department_requests.open_requests,
        department_requests.approved_requests,
        department_requests.rejected_requests,
        department_requests.closed_requests,
        department_requests.express_requests,
        department_requests.standard_requests,
        department_requests.avg_cycle_time_hours,
        coalesce(department_levels.breached_requests, 0) as breached_requests,
        {{ percentage(
            'department_levels.within_tat_count', 'department_levels.decided_count'
        ) }} as tat_compliance_percentage,
        coalesce(department_levels.delayed_requests, 0) as delayed_requests
    from department_requests
    left join department_levels
        on
            department_requests.department
            is not distinct from department_levels.department

)

select * from final
