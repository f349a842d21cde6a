select
    requests.request_id,
    case
        when not requests.is_submitted then null
        when requests.request_status in ('APPROVED', 'REJECTED')
            then requests.request_status
        when requests.request_status = 'CLOSED'
            then closed_request_decisions.last_decision
    end as outcome,
    {{ hours_between('requests.submission_date', 'requests.decided_at') }}
        as cycle_time_hours,
    {{ working_hours_between(
        'coalesce(department_policies.calendar_id, policies.calendar_id)',
        'requests.submission_date',
        'requests.decided_at'
    ) }} as cycle_time_working_hours
from {{ ref('int_request_states') }} as requests
left join {{ ref('int_closed_request_decisions') }} as closed_request_decisions
    on requests.request_id = closed_request_decisions.request_id
left join {{ ref('dim_users') }} as initiators
    on requests.initiator_id = initiators.user_id
left join {{ ref('int_priority_policies') }} as policies
    on requests.priority = policies.priority and policies.department is null
left join {{ ref('int_priority_policies') }} as department_policies
    on
        requests.priority = department_policies.priority
        and initiators.department = department_policies.department
