-- Every level with the columns that tell of its state, instants in microseconds since the epoch.
-- It changed last when the engine took in a change of it, a person moved or a policy was edited.
select
    approval_levels.level_id,
    workflow_requests.request_number,
    approval_levels.status,
    approval_levels.tat_hours,
    approval_levels.approver_id,
    workflow_requests.initiator_id,
    workflow_requests.priority,
    workflow_requests.status as request_status,
    workflow_requests.is_deleted,
    workflow_requests.is_draft,
    (extract(epoch from approval_levels.tat_start_time) * 1000000)::bigint
        as tat_start_time,
    (extract(epoch from approval_levels.level_start_time) * 1000000)::bigint
        as level_start_time,
    (extract(epoch from approval_levels.level_end_time) * 1000000)::bigint
        as level_end_time,
    (extract(epoch from approval_levels.action_date) * 1000000)::bigint as action_date,
    (extract(epoch from approval_levels.skipped_at) * 1000000)::bigint as skipped_at,
    (extract(epoch from approval_levels.updated_at) * 1000000)::bigint as updated_at,
    (extract(epoch from workflow_requests.closure_date) * 1000000)::bigint
        as closure_date,
    (extract(epoch from workflow_requests.updated_at) * 1000000)::bigint
        as request_updated_at,
    array_remove(
        array[
            case when approval_levels.tat50_alert_sent then 'TAT_50' end,
            case when approval_levels.tat75_alert_sent then 'TAT_75' end,
            case when approval_levels.tat_breached then 'TAT_100' end
        ],
        null
    ) as flags,
    (
        extract(
            epoch from greatest(
                (
                    select max(level_change.drained_at)
                    from tat.level_change
                    where level_change.level_id = approval_levels.level_id
                ),
                (
                    select max(user_change.changed_at)
                    from tat.user_change
                    where user_change.user_id in (
                        approval_levels.approver_id, workflow_requests.initiator_id
                    )
                ),
                (select max(policy_change.changed_at) from tat.policy_change)
            )
        ) * 1000000
    )::bigint as changed_at
from workflow.approval_levels
inner join workflow.workflow_requests
    on workflow_requests.request_id = approval_levels.request_id
order by approval_levels.level_id
