-- Levels by the beginning of their id, or by request number and level number.
select
    approval_levels.level_id,
    workflow_requests.request_number || '/' || approval_levels.level_number as reference,
    approval_levels.status
from workflow.approval_levels
inner join workflow.workflow_requests
    on workflow_requests.request_id = approval_levels.request_id
where case
        when %(request_number)s::text is null
            then approval_levels.level_id::text like %(prefix)s || '%%'
        else
            workflow_requests.request_number = %(request_number)s
            and (%(level_number)s::integer is null
                or approval_levels.level_number = %(level_number)s)
    end
order by workflow_requests.request_number, approval_levels.level_number
limit 20
