-- Nothing here depends on when it is read: an open request has a submission, no age.
-- What most questions read stands first: a row is read from its left.
select
    requests.request_id,
    requests.is_submitted,
    requests.is_open,
    coalesce(levels.has_late_level, false) as has_late_level,
    requests.initiator_id,
    requests.request_status,
    case
        when not requests.is_submitted then null
        when requests.request_status in ('APPROVED', 'REJECTED')
            then requests.request_status
        when requests.request_status = 'CLOSED'
            then closed_request_decisions.last_decision
    end as outcome,
    requests.priority,
    {{ hours_between('requests.submission_date', 'requests.decided_at') }}
        as cycle_time_hours,
    requests.submission_date,
    {{ local_day('requests.submission_date') }} as submission_day,
    {{ month_of(local_day('requests.submission_date')) }} as submission_month,
    requests.decided_at,
    {{ local_day('requests.decided_at') }} as decided_day,
    requests.created_at,
    {{ local_day('requests.created_at') }} as created_day,
    requests.closure_date,
    coalesce(notes.work_notes_count, 0) as work_notes_count,
    coalesce(documents.documents_count, 0) as documents_count,
    coalesce(attachments.note_attachments_count, 0) as note_attachments_count,
    coalesce(spectators.spectators_count, 0) as spectators_count,
    coalesce(spectators.active_spectators_count, 0) as active_spectators_count,
    coalesce(spectators.spectator_comments_count, 0) as spectator_comments_count,
    coalesce(notes.distinct_commenters, 0) as distinct_commenters,
    coalesce(activity.activities_count, 0) as activities_count,
    least(
        activity.first_activity_at,
        notes.first_note_at,
        documents.first_document_at
    ) as first_activity_at,
    greatest(
        activity.last_activity_at,
        notes.last_note_at,
        documents.last_document_at
    ) as last_activity_at,
    coalesce(levels.levels_decided, 0) as levels_decided,
    coalesce(levels.levels_within_tat, 0) as levels_within_tat,
    {{ working_hours_between(
        'coalesce(department_policies.calendar_id, policies.calendar_id)',
        'requests.submission_date',
        'requests.decided_at'
    ) }} as cycle_time_working_hours,
    requests.current_level,
    requests.total_levels,
    requests.total_tat_hours,
    requests.request_number,
    requests.template_type,
    requests.title,
    {{ department_key('initiators.department') }} as department_key,
    {{ local_day('requests.closure_date') }} as closure_day
from {{ ref('int_request_states') }} as requests
left join {{ ref('int_closed_request_decisions') }} as closed_request_decisions
    on requests.request_id = closed_request_decisions.request_id
left join {{ ref('stg_workflow__users') }} as initiators
    on requests.initiator_id = initiators.user_id
left join {{ ref('stg_tat__policies') }} as policies
    on requests.priority = policies.priority and policies.department is null
left join {{ ref('stg_tat__policies') }} as department_policies
    on
        requests.priority = department_policies.priority
        and initiators.department = department_policies.department
-- Levels count as far as their clocks stand still. With a CTE, PostgreSQL would count
-- those of all requests to look one up.
left join (  -- noqa: ST05
    select
        request_id,
        count(completed_within_tat) as levels_decided,
        count(*) filter (where completed_within_tat) as levels_within_tat,
        bool_or(is_halted_late) as has_late_level
    from {{ ref('int_level_progress') }}
    group by request_id
) as levels
    on requests.request_id = levels.request_id and requests.is_submitted
left join {{ ref('int_request_notes') }} as notes
    on requests.request_id = notes.request_id
left join {{ ref('int_request_attachments') }} as attachments
    on requests.request_id = attachments.request_id
left join {{ ref('int_request_documents') }} as documents
    on requests.request_id = documents.request_id
left join {{ ref('int_request_spectators') }} as spectators
    on requests.request_id = spectators.request_id
left join {{ ref('int_request_activity') }} as activity
    on requests.request_id = activity.request_id
