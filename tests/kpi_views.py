"""The names that never change."""

VIEWS = (
    "vw_request_volume_summary",
    "vw_tat_compliance",
    "vw_approver_performance",
    "vw_tat_alerts_summary",
    "vw_department_summary",
    "vw_daily_kpi_metrics",
    "vw_workflow_aging",
    "vw_engagement_metrics",
)
