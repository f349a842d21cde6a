-- The levels that wait for a person, or for somebody whom they stand in for.
select
    approval_levels.level_id,
    approval_levels.request_id,
    approver.display_name as approver,
    approver.user_id <> %(user_id)s as is_stood_in
from tat.list_represented(%(user_id)s, tat.as_of()) as represented (user_id)
inner join workflow.users as approver on approver.user_id = represented.user_id
inner join workflow.approval_levels
    on approval_levels.approver_id = approver.user_id
    and approval_levels.status = 'IN_PROGRESS'
where tat.may_see_request(%(user_id)s, approval_levels.request_id, tat.as_of())
