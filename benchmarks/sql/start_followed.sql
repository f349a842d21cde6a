-- Start one of the levels so that half of its two hours is used in a few seconds.
update workflow.approval_levels
set
    status = 'IN_PROGRESS',
    level_start_time = now() + %(before_threshold)s - interval '1 hour',
    tat_start_time = now() + %(before_threshold)s - interval '1 hour',
    updated_at = now()
from workflow.workflow_requests
where workflow_requests.request_id = approval_levels.request_id
    and workflow_requests.request_number = 'FOLLOWED'
    and approval_levels.level_number = %(number)s
