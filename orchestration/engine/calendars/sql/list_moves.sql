-- The open levels that would be due at another instant, those due soonest first.
select
    preview.level_id,
    workflow_requests.request_number,
    coalesce(approval_levels.level_name, 'level ' || approval_levels.level_number) as level,
    users.display_name as approver,
    preview.due_before,
    preview.due_after,
    round(
        (extract(epoch from preview.due_after - preview.due_before) / 3600)::numeric, 2
    ) as moved_hours
from pg_temp.preview
inner join workflow.approval_levels on approval_levels.level_id = preview.level_id
inner join workflow.workflow_requests
    on workflow_requests.request_id = approval_levels.request_id
inner join workflow.users on users.user_id = approval_levels.approver_id
where preview.due_after is distinct from preview.due_before
order by least(preview.due_before, preview.due_after), preview.level_id
limit %(rows)s
