-- The condition stands above the union: with one in a branch of it, PostgreSQL does not
-- read that branch in the order of an index.
select requests.*
from
    {{ stored_and_current(
        ref('int_requests_stored'),
        ref('int_requests_current'),
        ref('int_changed_requests'),
        'requests',
        one_by_one=true
    ) }}
where
    not requests.is_stored
    or requests.request_id
    not in (select changed.request_id from {{ ref('int_changed_requests') }} as changed)
