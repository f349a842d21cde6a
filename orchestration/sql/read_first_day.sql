-- The first local day on which a request was written down; null before any has landed.
select (min(workflow_requests.created_at) at time zone tat.time_zone())::date as first_day
from workflow.workflow_requests
