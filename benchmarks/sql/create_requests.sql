-- Open requests, one in twenty of them express.
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
    md5('request ' || level.level_number)::uuid,
    'REQ-' || level.level_number,
    %(user_id)s,
    'Request ' || level.level_number,
    case when level.level_number %% 20 = 0 then 'EXPRESS' else 'STANDARD' end,
    'IN_PROGRESS',
    %(base)s,
    %(base)s
from generate_series(1, %(levels)s) as level (level_number)
