{%- set tat_hours_elapsed = elapsed_tat_hours('levels') -%}

select
    levels.level_id,
    levels.request_id,
    requests.request_number,
    requests.title as request_title,
    levels.priority,
    levels.initiator_id,
    initiators.department,
    levels.level_number,
    sources.level_name,
    levels.approver_id,
    approvers.display_name as approver_name,
    approvers.department as approver_department,
    levels.level_status,
    levels.cycle,
    levels.clock_state,
    levels.tat_hours_allocated,
    {{ tat_hours_elapsed }} as tat_hours_elapsed,
    {{ percentage(tat_hours_elapsed, 'levels.tat_hours_allocated') }}
        as tat_percentage_used,
    {{ tat_hours_elapsed }} * 100
    > levels.tat_hours_allocated * at_risk.threshold_percentage as is_at_risk,
    levels.tat_start_time,
    levels.expected_completion_time,
    levels.level_end_time,
    case when levels.is_decided then levels.level_end_time end as decided_at,
    levels.is_started,
    levels.is_decided,
    levels.is_active,
    levels.completed_within_tat,
    {{ is_over_tat('levels') }} as is_breached,
    levels.alerts_sent,
    sources.rejection_reason,
    sources.breach_reason,
    sources.skip_reason,
    sources.skipped_at,
    case when {{ is_over_tat('levels') }} then levels.breaches_at end as breached_at,
    {{ local_day('levels.expected_completion_time') }} as due_day,
    levels.decided_day,
    case
        when {{ is_over_tat('levels') }} then levels.breach_day
    end as breach_day,
    approvers.designation as approver_designation,
    approvers.location as approver_location,
    levels.breach_day as coming_breach_day,
    initiators.display_name as initiator_name
from {{ ref('int_levels') }} as levels
left join {{ ref('stg_workflow__approval_levels') }} as sources
    on levels.level_id = sources.level_id
left join {{ ref('stg_workflow__requests') }} as requests
    on levels.request_id = requests.request_id
left join {{ ref('dim_users') }} as initiators
    on levels.initiator_id = initiators.user_id
left join {{ ref('dim_users') }} as approvers
    on levels.approver_id = approvers.user_id
left join {{ ref('stg_tat__policy_thresholds') }} as at_risk
    on levels.policy_id = at_risk.policy_id and at_risk.threshold = 75
