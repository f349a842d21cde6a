-- All levels of a request, those not started too.
select
    approval_levels.level_id,
    approval_levels.request_id,
    approval_levels.level_number,
    coalesce(
        approval_levels.level_name, 'Level ' || approval_levels.level_number
    ) as name,
    approval_levels.status,
    approval_levels.tat_hours,
    approval_levels.breach_reason,
    approver.display_name as approver
from workflow.approval_levels
inner join workflow.users as approver
    on approver.user_id = approval_levels.approver_id
where approval_levels.request_id = %(request_id)s
order by approval_levels.level_number, approval_levels.level_id
