with requests as (

    select * from {{ ref('int_request_states') }}

),

closed_request_decisions as (

    select * from {{ ref('int_closed_request_decisions') }}

),

users as (

    select * from {{ ref('dim_users') }}

),

policies as (

    select * from {{ ref('int_priority_policies') }}

),

outcomes as (

    select
        requests.*,
        case
            when requests.is_open then greatest({{ as_of() }}, requests.submission_date)
        end as open_until,
        case
            when not requests.is_submitted then null
            when requests.request_status in ('APPROVED', 'REJECTED')
                then requests.request_status
            when requests.request_status = 'CLOSED'
                then closed_request_decisions.last_decision
        end as outcome
    from requests
    left join closed_request_decisions
        on requests.request_id = closed_request_decisions.request_id

),

final as (

    select
        outcomes.request_id,
        outcomes.request_number,
        outcomes.title,
        outcomes.priority,
        outcomes.request_status,
        outcomes.template_type,
        outcomes.initiator_id,
        users.display_name as initiator_name,
        users.department,
        outcomes.current_level,
        outcomes.total_levels,
        outcomes.total_tat_hours,
        outcomes.submission_date,
        outcomes.closure_date,
        outcomes.created_at,
        outcomes.is_submitted,
        outcomes.is_open,
        outcomes.open_until,
        outcomes.outcome,
        outcomes.decided_at,
        {{ hours_between('outcomes.submission_date', 'outcomes.open_until') }}
            as age_hours,
        {{ hours_between('outcomes.submission_date', 'outcomes.decided_at') }}
            as cycle_time_hours,
        {{ working_hours_between(
            'coalesce(department_policies.calendar_id, policies.calendar_id)',
            'outcomes.submission_date',
            'outcomes.decided_at'
        ) }} as cycle_time_working_hours
    from outcomes
    left join users
        on outcomes.initiator_id = users.user_id
    left join policies
        on outcomes.priority = policies.priority and policies.department is null
    left join policies as department_policies
        on
            outcomes.priority = department_policies.priority
            and users.department = department_policies.department

)

select * from final
