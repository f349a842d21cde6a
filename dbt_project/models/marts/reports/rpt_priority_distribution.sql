-- Of the requests submitted in a month all levels count, whenever they were decided.
with requests as (

    select * from {{ ref('fct_requests') }}
    where is_submitted

),

priority_months as (

    select
        submission_month as report_month,
        priority,
        count(*) as requests_submitted,
        count(*) filter (where is_open) as still_open,
        count(*) filter (where outcome = 'APPROVED') as approved,
        count(*) filter (where outcome = 'REJECTED') as rejected,
        avg(cycle_time_hours)::numeric(20, 10) as avg_cycle_time_hours,
        avg(cycle_time_working_hours)::numeric(20, 10) as avg_cycle_time_working_hours,
        sum(levels_decided)::bigint as levels_decided,
        sum(levels_within_tat)::bigint as levels_within_tat
    from requests
    group by submission_month, priority

),

final as (

    select
        report_month,
        priority,
        requests_submitted,
        {{ percentage(
            'requests_submitted',
            'sum(requests_submitted) over (partition by report_month)'
        ) }} as share_percentage,
        still_open,
        approved,
        rejected,
        avg_cycle_time_hours,
        avg_cycle_time_working_hours,
        levels_decided,
        levels_within_tat,
        {{ percentage('levels_within_tat', 'levels_decided') }}
            as tat_compliance_percentage
    from priority_months

)

select * from final
