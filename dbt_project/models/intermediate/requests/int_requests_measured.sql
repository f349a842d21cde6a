-- Nothing here depends on when it is read: an open request has a submission, no age.
-- What most questions read stands first: a row is read from its left.
select
    requests.request_id,
    requests.is_submitted,
    requests.is_open,
    coalesce(request_levels.has_late_level, false) as has_late_level,
    requests.initiator_id,
    requests.request_status,
    outcomes.outcome,
    requests.priority,
    outcomes.cycle_time_hours,
    requests.submission_date,
    {{ local_day('requests.submission_date') }} as submission_day,
    {{ month_of(local_day('requests.submission_date')) }} as submission_month,
    requests.decided_at,
    {{ local_day('requests.decided_at') }} as decided_day,
    requests.created_at,
    {{ local_day('requests.created_at') }} as created_day,
    requests.closure_date,
    engagement.work_notes_count,
    engagement.documents_count,
    engagement.note_attachments_count,
    engagement.spectators_count,
    engagement.active_spectators_count,
    engagement.spectator_comments_count,
    engagement.distinct_commenters,
    engagement.activities_count,
    engagement.first_activity_at,
    engagement.last_activity_at,
    coalesce(request_levels.levels_decided, 0) as levels_decided,
    coalesce(request_levels.levels_within_tat, 0) as levels_within_tat,
    outcomes.cycle_time_working_hours,
    requests.current_level,
    requests.total_levels,
    requests.total_tat_hours,
    requests.request_number,
    requests.template_type,
    requests.title
from {{ ref('int_request_states') }} as requests
left join {{ ref('int_request_outcomes') }} as outcomes
    on requests.request_id = outcomes.request_id
left join {{ ref('int_request_levels') }} as request_levels
    on requests.request_id = request_levels.request_id
left join {{ ref('int_request_engagement') }} as engagement
    on requests.request_id = engagement.request_id
