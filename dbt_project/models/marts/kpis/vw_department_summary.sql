with totals as (

    {{ current_totals(
        'initiator_id',
        initiator_totals(),
        ref('int_initiator_totals_stored'),
        ref('int_requests_by_initiator'),
        ref('int_changed_requests')
    ) }}

),

initiators as (

    select * from {{ ref('dim_users') }}

),

late_levels as (

    select * from {{ ref('int_unfinished_levels') }}
    where is_breached

),

late_initiators as (

    select * from {{ ref('dim_users') }}

),

department_totals as (

    select
        initiators.department,
        sum(totals.total_requests)::bigint as total_requests,
        sum(totals.open_requests)::bigint as open_requests,
        sum(totals.approved_requests)::bigint as approved_requests,
        sum(totals.rejected_requests)::bigint as rejected_requests,
        sum(totals.closed_requests)::bigint as closed_requests,
        sum(totals.express_requests)::bigint as express_requests,
        sum(totals.standard_requests)::bigint as standard_requests,
        sum(totals.timed_requests)::bigint as timed_requests,
        sum(totals.cycle_time_hours_total) as cycle_time_hours_total,
        sum(totals.levels_decided)::bigint as levels_decided,
        sum(totals.levels_within_tat)::bigint as levels_within_tat,
        sum(totals.late_requests)::bigint as late_requests
    from totals
    left join initiators
        on totals.initiator_id = initiators.user_id
    group by initiators.department

),

-- A request with a late level counts once, whatever else of it is late.
late_now as (

    select
        late_initiators.department,
        count(distinct late_levels.request_id) filter (
            where not late_levels.has_late_level
        ) as newly_late_requests,
        count(distinct late_levels.request_id) filter (
            where late_levels.is_current_level
        ) as delayed_requests
    from late_levels
    left join late_initiators
        on late_levels.initiator_id = late_initiators.user_id
    group by late_initiators.department

),

final as (

    select
        department_totals.department,
        department_totals.total_requests,
        department_totals.open_requests,
        department_totals.approved_requests,
        department_totals.rejected_requests,
        department_totals.closed_requests,
        department_totals.express_requests,
        department_totals.standard_requests,
        (
            department_totals.cycle_time_hours_total
            / nullif(department_totals.timed_requests, 0)
        )::numeric(20, 10) as avg_cycle_time_hours,
        department_totals.late_requests + coalesce(late_now.newly_late_requests, 0)
            as breached_requests,
        {{ percentage(
            'department_totals.levels_within_tat', 'department_totals.levels_decided'
        ) }} as tat_compliance_percentage,
        coalesce(late_now.delayed_requests, 0) as delayed_requests
    from department_totals
    left join late_now
        on department_totals.department is not distinct from late_now.department

)

select * from final
