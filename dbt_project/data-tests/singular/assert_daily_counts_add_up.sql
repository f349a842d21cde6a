-- The days together count what the other views count: requests, levels, breaches,
-- notes, alerts.
with days as (

    select
        sum(requests_created) as requests_created,
        sum(requests_submitted) as requests_submitted,
        sum(requests_approved) as requests_approved,
        sum(requests_rejected) as requests_rejected,
        sum(requests_closed) as requests_closed,
        sum(requests_opened - requests_ended) as requests_open,
        sum(levels_within_tat) as levels_within_tat,
        sum(levels_breached) as levels_late,
        sum(tat_breaches) as breaches,
        sum(work_notes_added) as work_notes,
        sum(documents_uploaded) as documents,
        sum(alerts_50_sent) as alerts_50,
        sum(alerts_75_sent) as alerts_75,
        sum(alerts_100_sent) as alerts_100
    from {{ ref('fct_daily_metrics') }}

),

requests as (

    select
        count(*) filter (where is_submitted) as requests_created,
        count(submission_date) filter (where is_submitted) as requests_submitted,
        count(closure_date) filter (where is_approved) as requests_approved,
        count(closure_date) filter (where is_rejected) as requests_rejected,
        count(closure_date) filter (where is_submitted and status = 'CLOSED')
            as requests_closed,
        count(submission_date) filter (where is_open) as requests_open
    from {{ ref('vw_request_volume_summary') }}

),

levels as (

    select
        count(*) filter (where completed_within_tat) as levels_within_tat,
        count(*) filter (where not completed_within_tat) as levels_late,
        count(*) filter (where is_breached) as breaches
    from {{ ref('vw_tat_compliance') }}

),

engagement as (

    select
        sum(work_notes_count) as work_notes,
        sum(documents_count) as documents
    from {{ ref('vw_engagement_metrics') }}

),

alerts as (

    select
        count(*) filter (where alert_type = 'TAT_50') as alerts_50,
        count(*) filter (where alert_type = 'TAT_75') as alerts_75,
        count(*) filter (where alert_type = 'TAT_100') as alerts_100
    from {{ ref('vw_tat_alerts_summary') }}

)

select
    days.*,
    requests.*,
    levels.*,
    engagement.*,
    alerts.*
from days
cross join requests
cross join levels
cross join engagement
cross join alerts
where
    coalesce(days.requests_created, 0) <> requests.requests_created
    or coalesce(days.requests_submitted, 0) <> requests.requests_submitted
    or coalesce(days.requests_approved, 0) <> requests.requests_approved
    or coalesce(days.requests_rejected, 0) <> requests.requests_rejected
    or coalesce(days.requests_closed, 0) <> requests.requests_closed
    or coalesce(days.requests_open, 0) <> requests.requests_open
    or coalesce(days.levels_within_tat, 0) <> levels.levels_within_tat
    or coalesce(days.levels_late, 0) <> levels.levels_late
    or coalesce(days.breaches, 0) <> levels.breaches
    or coalesce(days.work_notes, 0) <> coalesce(engagement.work_notes, 0)
    or coalesce(days.documents, 0) <> coalesce(engagement.documents, 0)
    or coalesce(days.alerts_50, 0) <> alerts.alerts_50
    or coalesce(days.alerts_75, 0) <> alerts.alerts_75
    or coalesce(days.alerts_100, 0) <> alerts.alerts_100
