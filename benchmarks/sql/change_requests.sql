-- Give a new title to requests spread over the whole table.
update workflow.workflow_requests
set title = title || '.', updated_at = now()
where request_id in (
    select request_id
    from workflow.workflow_requests
    where not is_deleted
    order by md5(request_id::text || now()::text)
    limit %(count)s
)
