-- A level as its source rows and policy tell it: what the clock of its current cycle must be.
create or replace view tat.level_source as
select
    level_state.level_id,
    level_state.request_id,
    level_state.status,
    level_state.tat_hours,
    level_state.tat_start_time,
    level_state.level_start_time,
    level_state.approver_id,
    level_state.initiator_id,
    level_state.priority,
    policy.policy_id,
    policy.seconds_per_tat_hour,
    tat.choose_calendar(policy.calendar_id, approvers.department, approvers.location)
        as calendar_id,
    round(level_state.tat_hours * policy.seconds_per_tat_hour * 1000000)::bigint as tat_us,
    level_state.state,
    level_state.started_at,
    level_state.submitted_at,
    level_state.halted_at,
    level_state.stated_end
from tat.level_state
inner join workflow.users as initiators
    on initiators.user_id = level_state.initiator_id
inner join workflow.users as approvers
    on approvers.user_id = level_state.approver_id
inner join tat.policy
    on policy.policy_id
    = tat.choose_policy(level_state.priority, initiators.department);
