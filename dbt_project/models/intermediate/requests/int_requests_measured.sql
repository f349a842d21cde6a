-- Nothing here depends on when it is read: an open request has a submission, no age.
select
    requests.request_id,
    requests.initiator_id,
    requests.request_number,
    requests.title,
    requests.priority,
    requests.request_status,
    requests.template_type,
    requests.current_level,
    requests.total_levels,
    requests.total_tat_hours,
    requests.submission_date,
    requests.closure_date,
    requests.created_at,
    requests.decided_at,
    {{ local_day('requests.submission_date') }} as submission_day,
    {{ month_of(local_day('requests.submission_date')) }} as submission_month,
    requests.is_submitted,
    requests.is_open,
    outcomes.outcome,
    outcomes.cycle_time_hours,
    outcomes.cycle_time_working_hours,
    coalesce(request_levels.levels_decided, 0) as levels_decided,
    coalesce(request_levels.levels_within_tat, 0) as levels_within_tat,
    coalesce(request_levels.has_late_level, false) as has_late_level,
    engagement.work_notes_count,
    engagement.distinct_commenters,
    engagement.documents_count,
    engagement.note_attachments_count,
    engagement.spectators_count,
    engagement.active_spectators_count,
    engagement.spectator_comments_count,
    engagement.activities_count,
    engagement.first_activity_at,
    engagement.last_activity_at
from {{ ref('int_request_states') }} as requests
left join {{ ref('int_request_outcomes') }} as outcomes
    on requests.request_id = outcomes.request_id
left join {{ ref('int_request_levels') }} as request_levels
    on requests.request_id = request_levels.request_id
left join {{ ref('int_request_engagement') }} as engagement
    on requests.request_id = engagement.request_id
