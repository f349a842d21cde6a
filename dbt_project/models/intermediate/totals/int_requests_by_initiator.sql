select
    request_id,
    is_stored,
    initiator_id,
    1::bigint as total_requests,
    is_open::integer::bigint as open_requests,
    coalesce(outcome = 'APPROVED', false)::integer::bigint as approved_requests,
    coalesce(outcome = 'REJECTED', false)::integer::bigint as rejected_requests,
    (request_status = 'CLOSED')::integer::bigint as closed_requests,
    (priority = 'EXPRESS')::integer::bigint as express_requests,
    (priority = 'STANDARD')::integer::bigint as standard_requests,
    (cycle_time_hours is not null)::integer::bigint as timed_requests,
    coalesce(cycle_time_hours, 0)::numeric(30, 10) as cycle_time_hours_total,
    levels_decided,
    levels_within_tat,
    has_late_level::integer::bigint as late_requests
from
    {{ stored_and_current(
        ref('int_requests_stored'),
        ref('int_requests_current'),
        ref('int_changed_requests'),
        'requests',
        one_by_one=true
    ) }}
where is_submitted
