select
    requests.request_id,
    requests.request_number,
    requests.title,
    requests.priority,
    requests.request_status,
    requests.template_type,
    requests.initiator_id,
    initiators.display_name as initiator_name,
    initiators.department,
    requests.current_level,
    requests.total_levels,
    requests.total_tat_hours,
    requests.submission_date,
    requests.submission_day,
    requests.submission_month,
    requests.closure_date,
    requests.created_at,
    requests.is_submitted,
    requests.is_open,
    case
        when requests.is_open
            then greatest({{ as_of() }}, requests.submission_date)
    end as open_until,
    requests.outcome,
    requests.decided_at,
    case
        when requests.is_open then {{ hours_between(
            'requests.submission_date',
            'greatest(' ~ as_of() ~ ', requests.submission_date)'
        ) }}
    end::numeric(20, 10) as age_hours,
    requests.cycle_time_hours,
    requests.cycle_time_working_hours,
    requests.levels_decided,
    requests.levels_within_tat,
    requests.has_late_level,
    requests.work_notes_count,
    requests.distinct_commenters,
    requests.documents_count,
    requests.note_attachments_count,
    requests.spectators_count,
    requests.active_spectators_count,
    requests.spectator_comments_count,
    requests.activities_count,
    requests.first_activity_at,
    requests.last_activity_at,
    requests.closure_day
from {{ ref('int_requests') }} as requests
left join {{ ref('dim_users') }} as initiators
    on requests.initiator_id = initiators.user_id
