-- The request of a number, if this person may see it.
select workflow_requests.request_id
from workflow.workflow_requests
where workflow_requests.request_number = %(request_number)s
    and tat.may_see_request(%(user_id)s, workflow_requests.request_id, tat.as_of())
order by workflow_requests.created_at desc
limit 1
