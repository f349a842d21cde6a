-- Every level as its source tells it, in microseconds since the epoch.
select
    approval_levels.level_id,
    workflow_requests.request_number,
    approval_levels.status,
    approval_levels.tat_hours,
    approval_levels.approver_id,
    workflow_requests.initiator_id,
    workflow_requests.priority,
    workflow_requests.status as request_status,
    workflow_requests.is_deleted or workflow_requests.is_draft as is_void,
    (
        extract(
            epoch from coalesce(
                approval_levels.tat_start_time, approval_levels.level_start_time
            )
        ) * 1000000
    )::bigint as started_at,
    (
        extract(
            epoch from case
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
            end
        ) * 1000000
    )::bigint as ended_at,
    array_remove(
        array[
            case when approval_levels.tat50_alert_sent then 'TAT_50' end,
            case when approval_levels.tat75_alert_sent then 'TAT_75' end,
            case when approval_levels.tat_breached then 'TAT_100' end
        ],
        null
    ) as flags
from workflow.approval_levels
inner join workflow.workflow_requests
    on workflow_requests.request_id = approval_levels.request_id
order by approval_levels.level_id
