with totals as (

    {{ current_totals(
        'department_key, submission_month',
        department_month_totals(),
        ref('int_department_months_stored'),
        ref('int_requests_by_department'),
        ref('int_changed_requests')
    ) }}

),

changed as (

    select * from {{ ref('int_changed_requests') }}

),

current_requests as {{ computed_once() }} (

    select
        requests.request_id,
        requests.department_key,
        requests.submission_month,
        requests.cycle_time_hours
    from changed
    cross join
        {{ rows_of_request(
            ref('int_requests_current'), 'changed.request_id', 'requests'
        ) }}

),

-- The condition stands above the union: with one in a branch of it, PostgreSQL does not
-- read that branch in the order of an index.
requests as (

    select stored_and_current.*
    from (
        select
            request_id,
            department_key,
            submission_month,
            cycle_time_hours,
            true as is_stored
        from {{ ref('int_requests_stored') }}
        union all
        select
            request_id,
            department_key,
            submission_month,
            cycle_time_hours,
            false as is_stored
        from current_requests
    ) as stored_and_current
    where
        not stored_and_current.is_stored
        or stored_and_current.request_id
        not in (select changed.request_id from changed)

),

final as (

    select
        {{ department_of_key('totals.department_key') }} as department,
        totals.submission_month,
        totals.requests_submitted,
        totals.still_open,
        totals.approved,
        totals.rejected,
        (totals.cycle_time_hours_total / nullif(totals.timed_requests, 0))::numeric(
            20, 10
        ) as avg_cycle_time_hours,
        {{ median_in_order(
            'requests',
            'requests.department_key = totals.department_key'
            ~ ' and requests.submission_month = totals.submission_month',
            'requests.cycle_time_hours',
            'totals.timed_requests'
        ) }} as median_cycle_time_hours
    from totals

)

select * from final
