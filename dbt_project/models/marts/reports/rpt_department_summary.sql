with requests as (

    select * from {{ ref('vw_request_volume_summary') }}
    where is_submitted

),

levels as (

    select * from {{ ref('vw_tat_compliance') }}
    where completed_within_tat is not null

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
    group by department, submission_month

),

department_levels as (

    select
        department,
        {{ month_of('decided_day') }} as report_month,
        count(*) as levels_decided,
        count(*) filter (where completed_within_tat) as levels_within_tat
    from levels
    group by
        department,
        {{ month_of('decided_day') }}

),

counted as (

    select
        department,
        report_month,
        requests_submitted,
        still_open,
        approved,
        rejected,
        avg_cycle_time_hours,
        median_cycle_time_hours,
        0 as levels_decided,
        0 as levels_within_tat
    from department_requests
    union all
    select
        department,
        report_month,
        0 as requests_submitted,
        0 as still_open,
        0 as approved,
        0 as rejected,
        null as avg_cycle_time_hours,
        null as median_cycle_time_hours,
        levels_decided,
        levels_within_tat
    from department_levels

),

-- A join of the two would lose requests whose month is not known.
department_months as (

    select
        report_month,
        department,
        sum(requests_submitted)::bigint as requests_submitted,
        sum(still_open)::bigint as still_open,
        sum(approved)::bigint as approved,
        sum(rejected)::bigint as rejected,
        max(avg_cycle_time_hours)::numeric(20, 10) as avg_cycle_time_hours,
        max(median_cycle_time_hours)::numeric(20, 10) as median_cycle_time_hours,
        sum(levels_decided)::bigint as levels_decided,
        sum(levels_within_tat)::bigint as levels_within_tat
    from counted
    group by report_month, department

),

final as (

    select
        report_month,
        department,
        requests_submitted,
        still_open,
        approved,
        rejected,
        {{ percentage('approved', '(approved + rejected)') }}
            as approval_rate_percentage,
        avg_cycle_time_hours,
        median_cycle_time_hours,
        levels_decided,
        levels_within_tat,
        {{ percentage('levels_within_tat', 'levels_decided') }}
            as tat_compliance_percentage
    from department_months

)

select * from final
