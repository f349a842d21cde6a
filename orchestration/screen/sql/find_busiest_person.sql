-- The approver with most levels in progress.
select users.email
from workflow.approval_levels
inner join workflow.users on users.user_id = approval_levels.approver_id
where approval_levels.status = 'IN_PROGRESS' and users.is_active
group by users.user_id, users.email
order by count(*) desc, users.user_id
limit 1
