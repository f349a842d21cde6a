with levels as (

    select * from {{ ref('int_level_progress') }}

),

requests as (

    select * from {{ ref('int_request_states') }}
    where is_submitted

),

policies as (

    select * from {{ ref('int_priority_policies') }}

),

users as (

    select * from {{ ref('dim_users') }}

),

measured as (

    select
        levels.*,
        requests.request_number,
        requests.title as request_title,
        requests.priority,
        initiators.department,
        requests.is_open and levels.level_status = 'IN_PROGRESS' as is_active,
        coalesce(
            department_policies.at_risk_percentage, policies.at_risk_percentage
        ) as at_risk_percentage
    from levels
    inner join requests
        on levels.request_id = requests.request_id
    left join users as initiators
        on requests.initiator_id = initiators.user_id
    left join policies
        on requests.priority = policies.priority and policies.department is null
    left join policies as department_policies
        on
            requests.priority = department_policies.priority
            and initiators.department = department_policies.department

),

final as (

    select
        measured.level_id,
        measured.request_id,
        measured.request_number,
        measured.request_title,
        measured.priority,
        measured.department,
        measured.level_number,
        measured.level_name,
        measured.approver_id,
        approvers.display_name as approver_name,
        approvers.department as approver_department,
        measured.level_status,
        measured.cycle,
        measured.clock_state,
        measured.tat_hours_allocated,
        measured.tat_hours_elapsed,
        {{ percentage('measured.tat_hours_elapsed', 'measured.tat_hours_allocated') }}
            as tat_percentage_used,
        measured.tat_hours_elapsed * 100
        > measured.tat_hours_allocated * measured.at_risk_percentage as is_at_risk,
        measured.started_at as tat_start_time,
        measured.due_at as expected_completion_time,
        coalesce(measured.decided_at, measured.level_end_time) as level_end_time,
        measured.decided_at,
        measured.is_started,
        measured.is_decided,
        measured.is_active,
        measured.completed_within_tat,
        measured.is_breached,
        measured.rejection_reason,
        measured.breach_reason,
        measured.skip_reason,
        measured.skipped_at
    from measured
    left join users as approvers
        on measured.approver_id = approvers.user_id

)

select * from final
