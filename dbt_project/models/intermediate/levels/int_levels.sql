-- The condition stands above the union: with one in a branch of it, PostgreSQL does not
-- read that branch in the order of an index.
select levels.*
from
    {{ stored_and_current(
        ref('int_levels_stored'),
        ref('int_levels_current'),
        ref('int_changed_requests'),
        'levels'
    ) }}
where
    not levels.is_stored
    or levels.request_id
    not in (select changed.request_id from {{ ref('int_changed_requests') }} as changed)
