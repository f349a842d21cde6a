select
    kpi_date,

    requests_created,
    requests_submitted,
    requests_approved,
    requests_rejected,
    requests_closed,
    levels_completed,
    levels_within_tat,
    levels_breached,
    tat_compliance_percentage,
    avg_cycle_time_hours,
    alerts_50_sent,
    alerts_75_sent,
    alerts_100_sent,
    work_notes_added,
    documents_uploaded,
    open_at_day_end,

    known_at
from {{ source('tat', 'daily_metrics_as_known') }}
