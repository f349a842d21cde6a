-- The state of a level by its source rows: since when it runs, and when it stood still for good.
create or replace view tat.level_state as
select
    approval_levels.level_id,
    approval_levels.request_id,
    approval_levels.status,
    approval_levels.tat_hours,
    approval_levels.tat_start_time,
    approval_levels.level_start_time,
    approval_levels.approver_id,
    workflow_requests.initiator_id,
    workflow_requests.priority,
    case
        when approval_levels.status = 'PENDING' then 'cancelled'
        when approval_levels.status = 'SKIPPED' then 'cancelled'
        when workflow_requests.is_deleted or workflow_requests.is_draft then 'cancelled'
        when approval_levels.status in ('APPROVED', 'REJECTED') then 'stopped'
        when workflow_requests.status in ('APPROVED', 'REJECTED', 'CLOSED')
            then 'cancelled'
        else 'running'
    end as state,
    coalesce(approval_levels.tat_start_time, approval_levels.level_start_time)
        as started_at,
    workflow_requests.submission_date as submitted_at,
    case
        when approval_levels.status in ('APPROVED', 'REJECTED') then coalesce(
            approval_levels.level_end_time,
            approval_levels.action_date,
            approval_levels.updated_at
        )
        when approval_levels.status = 'SKIPPED' then coalesce(
            approval_levels.skipped_at,
            approval_levels.level_end_time,
            approval_levels.updated_at
        )
        when approval_levels.status = 'PENDING' then approval_levels.updated_at
        else coalesce(workflow_requests.closure_date, workflow_requests.updated_at)
    end as halted_at,
    -- The end as it is stated: a row that was changed ahead of the clock has ended all the same.
    case
        when workflow_requests.is_deleted or workflow_requests.is_draft then null
        when approval_levels.status in ('APPROVED', 'REJECTED') then coalesce(
            approval_levels.level_end_time, approval_levels.action_date
        )
        when approval_levels.status = 'SKIPPED' then coalesce(
            approval_levels.skipped_at, approval_levels.level_end_time
        )
        when approval_levels.status = 'IN_PROGRESS' then workflow_requests.closure_date
    end as stated_end
from workflow.approval_levels
inner join workflow.workflow_requests
    on workflow_requests.request_id = approval_levels.request_id;
