-- The days together count what the other views count, each request, level and note.
with days as (

    select
        sum(requests_submitted) as requests_submitted,
        sum(requests_approved) as requests_approved,
        sum(levels_within_tat) as levels_within_tat,
        sum(levels_breached) as levels_late,
        sum(work_notes_added) as work_notes,
        sum(documents_uploaded) as documents
    from {{ ref('fct_daily_metrics') }}

),

requests as (

    select
        count(submission_date) filter (where is_submitted) as requests_submitted,
        count(closure_date) filter (where is_approved) as requests_approved
    from {{ ref('vw_request_volume_summary') }}

),

levels as (

    select
        count(*) filter (where completed_within_tat) as levels_within_tat,
        count(*) filter (where not completed_within_tat) as levels_late
    from {{ ref('vw_tat_compliance') }}

),

engagement as (

    select
        sum(work_notes_count) as work_notes,
        sum(documents_count) as documents
    from {{ ref('vw_engagement_metrics') }}

)

select
    days.*,
    requests.*,
    levels.*,
    engagement.*
from days
cross join requests
cross join levels
cross join engagement
where
    coalesce(days.requests_submitted, 0) <> requests.requests_submitted
    or coalesce(days.requests_approved, 0) <> requests.requests_approved
    or coalesce(days.levels_within_tat, 0) <> levels.levels_within_tat
    or coalesce(days.levels_late, 0) <> levels.levels_late
    or coalesce(days.work_notes, 0) <> coalesce(engagement.work_notes, 0)
    or coalesce(days.documents, 0) <> coalesce(engagement.documents, 0)
