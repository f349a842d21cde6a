-- Open requests of four levels each, one in twenty of them express.
insert into workflow.workflow_requests (
    request_id,
    request_number,
    initiator_id,
    title,
    priority,
    status,
    created_at,
    updated_at
)
select
    md5('request ' || request.request_number)::uuid,
    'REQ-' || request.request_number,
    md5('approver 0')::uuid,
    'Request ' || request.request_number,
    case when request.request_number %% 20 = 0 then 'EXPRESS' else 'STANDARD' end,
    'IN_PROGRESS',
    %(base)s,
    %(base)s
from generate_series(1, (%(levels)s + 3) / 4) as request (request_number)
