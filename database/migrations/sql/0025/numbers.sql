-- A request is asked for by the number that people know: `tat explain` and its page find it at once.
create index workflow_requests_request_number on workflow.workflow_requests (request_number);
