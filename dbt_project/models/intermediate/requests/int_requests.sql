select stored_rows.*
from {{ ref('int_requests_stored') }} as stored_rows
where
    stored_rows.request_id
    not in (select changed.request_id from {{ ref('int_changed_requests') }} as changed)
union all
select requests.*
from {{ ref('int_changed_requests') }} as changed
cross join
    {{ rows_of_request(ref('int_requests_current'), 'changed.request_id', 'requests') }}
