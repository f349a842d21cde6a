select stored_rows.*
from {{ ref('int_levels_stored') }} as stored_rows
where
    stored_rows.request_id
    not in (select changed.request_id from {{ ref('int_changed_requests') }} as changed)
union all
select levels.*
from {{ ref('int_changed_requests') }} as changed
inner join {{ ref('int_levels_current') }} as levels
    on changed.request_id = levels.request_id
