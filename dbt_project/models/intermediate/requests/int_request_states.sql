select
    requests.*,
    not requests.is_draft and requests.request_status <> 'DRAFT' as is_submitted,
    not requests.is_draft
    and requests.request_status in ('PENDING', 'IN_PROGRESS') as is_open,
    case
        when
            not requests.is_draft
            and requests.request_status in ('APPROVED', 'REJECTED', 'CLOSED')
            then requests.closure_date
    end as decided_at
from {{ ref('stg_workflow__requests') }} as requests
where not requests.is_deleted
