select
    request_id,
    is_stored,
    approver_id,
    1::bigint as total_assignments,
    is_active::integer::bigint as pending_count,
    (level_status = 'APPROVED')::integer::bigint as approved_count,
    (level_status = 'REJECTED')::integer::bigint as rejected_count,
    (level_status = 'SKIPPED')::integer::bigint as skipped_count,
    is_decided::integer::bigint as decided_count,
    coalesce(completed_within_tat, false)::integer::bigint as within_tat_count,
    (completed_within_tat is not null)::integer::bigint as timed_count,
    coalesce(is_halted_late, false)::integer::bigint as halted_late_count,
    case
        when completed_within_tat is not null then halted_tat_hours else 0
    end::numeric(30, 10) as response_time_hours_total
from
    {{ stored_and_current(
        ref('int_levels_stored'),
        ref('int_levels_current'),
        ref('int_changed_requests'),
        'levels'
    ) }}
