-- Decided at an unknown time, a request can't be placed among days: never open.
select
    requests.request_id,
    requests.is_stored,
    requests.created_day as kpi_date,
    1::bigint as requests_created,
    0::bigint as requests_submitted,
    0::bigint as requests_opened,
    0::bigint as requests_ended,
    0::bigint as requests_approved,
    0::bigint as requests_rejected,
    0::bigint as requests_closed,
    0::numeric(30, 10) as cycle_time_hours_total
from {{ ref('int_request_versions') }} as requests
where requests.is_submitted
union all
select
    requests.request_id,
    requests.is_stored,
    requests.submission_day as kpi_date,
    0::bigint as requests_created,
    1::bigint as requests_submitted,
    (requests.is_open or requests.decided_at is not null)::integer::bigint
        as requests_opened,
    0::bigint as requests_ended,
    0::bigint as requests_approved,
    0::bigint as requests_rejected,
    0::bigint as requests_closed,
    0::numeric(30, 10) as cycle_time_hours_total
from {{ ref('int_request_versions') }} as requests
where requests.is_submitted and requests.submission_day is not null
union all
select
    requests.request_id,
    requests.is_stored,
    requests.decided_day as kpi_date,
    0::bigint as requests_created,
    0::bigint as requests_submitted,
    0::bigint as requests_opened,
    (requests.submission_date is not null)::integer::bigint as requests_ended,
    coalesce(requests.outcome = 'APPROVED', false)::integer::bigint
        as requests_approved,
    coalesce(requests.outcome = 'REJECTED', false)::integer::bigint
        as requests_rejected,
    (requests.request_status = 'CLOSED')::integer::bigint as requests_closed,
    coalesce(requests.cycle_time_hours, 0)::numeric(30, 10) as cycle_time_hours_total
from {{ ref('int_request_versions') }} as requests
where requests.is_submitted and requests.decided_day is not null
