select
    request_id,
    is_stored,
    department_key,
    submission_month,
    1::bigint as requests_submitted,
    is_open::integer::bigint as still_open,
    coalesce(outcome = 'APPROVED', false)::integer::bigint as approved,
    coalesce(outcome = 'REJECTED', false)::integer::bigint as rejected,
    (cycle_time_hours is not null)::integer::bigint as timed_requests,
    coalesce(cycle_time_hours, 0)::numeric(30, 10) as cycle_time_hours_total
from
    {{ stored_and_current(
        ref('int_requests_stored'),
        ref('int_requests_current'),
        ref('int_changed_requests'),
        'requests',
        one_by_one=true
    ) }}
where is_submitted
