with requests as (

    select * from {{ ref('vw_request_volume_summary') }}
    where is_submitted

),

levels as (

    select * from {{ ref('vw_tat_compliance') }}
    where completed_within_tat is not null

),

-- Of the levels of the requests submitted in that month, whenever they were decided.
request_levels as (

    select
        request_id,
        count(*) as levels_decided,
        count(*) filter (where completed_within_tat) as levels_within_tat
    from levels
    group by request_id

),

priority_months as (

    select
        requests.submission_month as report_month,
        requests.priority,
        count(*) as requests_submitted,
        count(*) filter (where requests.is_open) as still_open,
        count(*) filter (where requests.is_approved) as approved,
        count(*) filter (where requests.is_rejected) as rejected,
        avg(requests.cycle_time_hours)::numeric(20, 10) as avg_cycle_time_hours,
        avg(requests.cycle_time_working_hours)::numeric(20, 10)
            as avg_cycle_time_working_hours,
        coalesce(sum(request_levels.levels_decided), 0)::bigint as levels_decided,
        coalesce(sum(request_levels.levels_within_tat), 0)::bigint
            as levels_within_tat
    from requests
    left join request_levels
        on requests.request_id = request_levels.request_id
    group by requests.submission_month, requests.priority

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
