with request_months as (

    select * from {{ ref('int_department_months') }}

),

level_months as (

    {{ current_totals(
        'initiator_id, decided_month',
        initiator_month_totals(),
        ref('int_initiator_months_stored'),
        ref('int_levels_by_initiator'),
        ref('int_changed_requests')
    ) }}

),

initiators as (

    select * from {{ ref('dim_users') }}

),

-- A join of the two would lose requests whose month is not known.
counted as (

    select
        department,
        submission_month as report_month,
        requests_submitted,
        still_open,
        approved,
        rejected,
        avg_cycle_time_hours,
        median_cycle_time_hours,
        0 as levels_decided,
        0 as levels_within_tat
    from request_months
    union all
    select
        initiators.department,
        level_months.decided_month as report_month,
        0 as requests_submitted,
        0 as still_open,
        0 as approved,
        0 as rejected,
        null as avg_cycle_time_hours,
        null as median_cycle_time_hours,
        level_months.levels_decided,
        level_months.levels_within_tat
    from level_months
    left join initiators
        on level_months.initiator_id = initiators.user_id

),

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
