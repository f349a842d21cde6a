-- Decided at an unknown time, a request can't be placed among days: never open.
select
    requests.request_id,
    requests.is_stored,
    days.kpi_date,
    (days.event = 'created')::integer::bigint as requests_created,
    (days.event = 'submitted')::integer::bigint as requests_submitted,
    (
        days.event = 'submitted'
        and (requests.is_open or requests.decided_at is not null)
    )::integer::bigint as requests_opened,
    (
        days.event = 'decided' and requests.submission_date is not null
    )::integer::bigint as requests_ended,
    (
        days.event = 'decided' and requests.outcome is not distinct from 'APPROVED'
    )::integer::bigint as requests_approved,
    (
        days.event = 'decided' and requests.outcome is not distinct from 'REJECTED'
    )::integer::bigint as requests_rejected,
    (
        days.event = 'decided' and requests.request_status = 'CLOSED'
    )::integer::bigint as requests_closed,
    case
        when days.event = 'decided' then coalesce(requests.cycle_time_hours, 0)
        else 0
    end::numeric(30, 10) as cycle_time_hours_total
from
    {{ stored_and_current(
        ref('int_requests_stored'),
        ref('int_requests_current'),
        ref('int_changed_requests'),
        'requests',
        one_by_one=true
    ) }}
cross join
    {{ rows_of(
        [
            ["'created'", 'requests.created_day'],
            ["'submitted'", 'requests.submission_day'],
            ["'decided'", 'requests.decided_day'],
        ],
        'days',
        ['event', 'kpi_date']
    ) }}
where requests.is_submitted and days.kpi_date is not null
