select distinct changes.request_id
from {{ ref('stg_tat__request_changes') }} as changes
