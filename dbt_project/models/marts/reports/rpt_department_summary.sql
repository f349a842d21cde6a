with requests as (

    select * from {{ ref('vw_request_volume_summary') }}
    where is_submitted

),

levels as (

    select * from {{ ref('vw_tat_compliance') }}
    where completed_within_tat is not null

),

dated_levels as (

    select
        *,
        {{ local_day('level_end_time') }} as decided_day
    from levels

),

department_requests as (

    select
        department,
        submission_month as report_month,
        count(*) as requests_submitted,
        count(*) filter (where is_open) as still_open,
        count(*) filter (where is_approved) as approved,
        count(*) filter (where is_rejected) as rejected,
        avg(cycle_time_hours)::numeric(20, 10) as avg_cycle_time_hours,
        {{ median('cycle_time_hours') }} as median_cycle_time_hours
    from requests
    where submission_month is not null
    group by department, submission_month

),

department_levels as (

    select
        department,
        {{ month_of('decided_day') }} as report_month,
        count(*) as levels_decided,
        count(*) filter (where completed_within_tat) as levels_within_tat
    from dated_levels
    group by
        department,
        {{ month_of('decided_day') }}

),

department_months as (

    select
        department,
        report_month
    from department_requests
    union
    select
        department,
        report_month
    from department_levels

),

final as (

    select
        department_months.report_month,
        department_months.department,
        coalesce(department_requests.requests_submitted, 0) as requests_submitted,
        coalesce(department_requests.still_open, 0) as still_open,
        coalesce(department_requests.approved, 0) as approved,
        coalesce(department_requests.rejected, 0) as rejected,
        {{ percentage(
            'department_requests.approved',
            '(department_requests.approved + department_requests.rejected)'
        ) }} as approval_rate_percentage,
        department_requests.avg_cycle_time_hours,
        department_requests.median_cycle_time_hours,
        coalesce(department_levels.levels_decided, 0) as levels_decided,
        coalesce(department_levels.levels_within_tat, 0) as levels_within_tat,
        {{ percentage(
            'department_levels.levels_within_tat', 'department_levels.levels_decided'
        ) }} as tat_compliance_percentage
    from department_months
    left join department_requests
        on
            department_months.report_month = department_requests.report_month
            and department_months.department
            is not distinct from department_requests.department
    left join department_levels
        on
            department_months.report_month = department_levels.report_month
            and department_months.department
            is not distinct from department_levels.department

)

select * from final
