select
    request_id,
    is_stored,
    initiator_id,
    decided_month,
    1::bigint as levels_decided,
    completed_within_tat::integer::bigint as levels_within_tat
from
    {{ stored_and_current(
        ref('int_levels_stored'),
        ref('int_levels_current'),
        ref('int_changed_requests'),
        'levels'
    ) }}
where decided_month is not null
