"""What dashboards ask: each chart, card and table of one is a query, with the period that it shows.

The period is the last thirty days, as a BI tool's date filter opens; what is about now has none.
"""

from typing import LiteralString

Query = LiteralString

OF_REQUESTS = " from metric_requests where is_submitted and submission_day > current_date - 30"
OF_ENDED_REQUESTS = " from metric_requests where closure_day > current_date - 30"
OF_LEVELS = " from metric_levels where decided_day > current_date - 30"
OF_LEVELS_BEFORE = (
    " from metric_levels where decided_day > current_date - 60 and decided_day <= current_date - 30"
)
OF_ALERTS = " from vw_tat_alerts_summary where alert_sent_at > current_date - 30"
OF_BREACHES = " from rpt_tat_breaches where breach_day > current_date - 30"
OF_NOTES = " from metric_notes where note_day > current_date - 30"
OF_DOCUMENTS = " from metric_documents where upload_day > current_date - 30"
OF_DAYS = " from vw_daily_kpi_metrics where kpi_date > current_date - 30"
RUNNING = (
    " from vw_tat_compliance where tat_status in ('ON_TRACK', 'AT_RISK', 'BREACHED', 'PAUSED')"
)
COMPLIANCE = (
    "select round(100.0 * count(*) filter (where completed_within_tat)"
    " / nullif(count(completed_within_tat), 0), 4)"
)
IN_TIME_AND_LATE = (
    "count(*) filter (where completed_within_tat), count(*) filter (where not completed_within_tat)"
)
STATES = (
    "count(*) filter (where tat_status = 'ON_TRACK'), count(*) filter (where tat_status ="
    " 'AT_RISK'), count(*) filter (where tat_status = 'BREACHED')"
)

DASHBOARDS: dict[str, dict[str, Query]] = {
    "overview": {
        "requests submitted": "select count(*)" + OF_REQUESTS,
        "requests approved": "select count(*) filter (where is_approved)" + OF_ENDED_REQUESTS,
        "cycle time": "select avg(cycle_time_hours)" + OF_ENDED_REQUESTS,
        "open now": "select sum(open_requests) from vw_department_summary",
        "delayed now": "select count(*) filter (where is_delayed) from metric_open_requests",
        "levels decided in time": COMPLIANCE + OF_LEVELS,
        "and in the period before": COMPLIANCE + OF_LEVELS_BEFORE,
        "by status": "select status, count(*)" + OF_REQUESTS + " group by status",
        "by priority": "select priority, count(*), avg(cycle_time_hours)"
        + OF_REQUESTS
        + " group by priority",
        "submitted by day": "select submission_day, priority, count(*)"
        + OF_REQUESTS
        + " group by submission_day, priority order by submission_day",
        "levels by day": "select decided_day, "
        + IN_TIME_AND_LATE
        + OF_LEVELS
        + " group by decided_day order by decided_day",
        "open at the end of the day": "select kpi_date, sum(open_at_day_end)"
        + OF_DAYS
        + " group by kpi_date order by kpi_date",
    },
    "tat": {
        "decided in time": COMPLIANCE + OF_LEVELS,
        "and in the period before": COMPLIANCE + OF_LEVELS_BEFORE,
        "decided late": "select count(*) filter (where not completed_within_tat)" + OF_LEVELS,
        "breaches": "select count(*)" + OF_BREACHES,
        "alerts recorded": "select count(alert_id)" + OF_ALERTS,
        "by week": "select date_trunc('week', decided_day)::date, "
        + IN_TIME_AND_LATE
        + OF_LEVELS
        + " group by 1 order by 1",
        "running by state": "select tat_status, count(*)" + RUNNING + " group by tat_status",
        "thresholds by week": "select date_trunc('week', crossing_day)::date, alert_type, count(*)"
        + OF_ALERTS
        + " group by 1, 2",
        "breaches by reason": "select breach_reason_label, count(*)"
        + OF_BREACHES
        + " group by breach_reason_label order by 2 desc limit 15",
        "the worst breaches": "select *" + OF_BREACHES + " order by hours_over_tat desc limit 1000",
    },
    "approvers": {
        "decided": "select count(*) filter (where is_decided)" + OF_LEVELS,
        "decided in time": COMPLIANCE + OF_LEVELS,
        "response time": "select avg(response_hours)" + OF_LEVELS,
        "waiting now": "select sum(pending_count) from vw_approver_performance",
        "leaderboard": "select approver_name, approver_department, count(*), "
        + IN_TIME_AND_LATE
        + ", avg(response_hours), percentile_cont(0.5) within group (order by response_hours)"
        + OF_LEVELS
        + " and is_decided group by approver_name, approver_department",
        "response times": "select width_bucket(response_hours, 0, 100, 20), count(*)"
        + OF_LEVELS
        + " group by 1",
        "longest queues": "select approver_name, "
        + STATES
        + RUNNING
        + " group by approver_name order by count(*) desc limit 15",
        "queue": "select *" + RUNNING + " order by expected_completion_time limit 1000",
        "of all time": "select * from vw_approver_performance",
    },
    "departments": {
        "side by side": "select * from vw_department_summary order by total_requests desc",
        "submitted": "select department, count(*), count(*) filter (where is_open),"
        " count(*) filter (where is_approved), avg(cycle_time_hours)"
        + OF_REQUESTS
        + " group by department",
        "cycle time": "select department, avg(cycle_time_hours)"
        + OF_ENDED_REQUESTS
        + " group by department",
        "levels": "select department, " + IN_TIME_AND_LATE + OF_LEVELS + " group by department",
        "months": "select * from rpt_department_summary order by report_month",
    },
    "aging": {
        "open": "select count(*), count(*) filter (where is_delayed) from vw_workflow_aging",
        "oldest": "select max(age_days) from vw_workflow_aging",
        "by age": "select aging_bucket, count(*), count(*) filter (where is_delayed)"
        " from vw_workflow_aging group by aging_bucket, aging_bucket_order"
        " order by aging_bucket_order",
        "by department": "select department, count(*), count(*) filter (where is_delayed)"
        " from vw_workflow_aging group by department",
        "by level": "select current_level_name, count(*), count(*) filter (where is_delayed)"
        " from vw_workflow_aging group by current_level_name",
        "by approver": "select current_approver_name, count(*) from vw_workflow_aging"
        " where is_delayed group by current_approver_name order by 2 desc limit 15",
        "oldest first": "select * from vw_workflow_aging order by age_days desc limit 1000",
    },
    "engagement": {
        "notes": "select sum(work_notes_added)" + OF_DAYS,
        "documents": "select sum(documents_uploaded)" + OF_DAYS,
        "spectators": "select sum(active_spectators_count), sum(spectators_count)"
        " from metric_engagement where submission_day > current_date - 30",
        "notes by week": "select date_trunc('week', note_day)::date, priority, count(note_id)"
        + OF_NOTES
        + " group by 1, 2",
        "notes by department": "select department, count(note_id)"
        + OF_NOTES
        + " group by department",
        "documents by department": "select department, count(document_id)"
        + OF_DOCUMENTS
        + " group by department",
        "latest activity": "select * from vw_engagement_metrics"
        " where last_activity_at > now() - interval '30 days'"
        " order by last_activity_at desc limit 1000",
    },
    "operations": {
        "engine": "select * from engine_health",
        "alerts by day": "select alert_day, alert_type, count(*)"
        + OF_ALERTS
        + " group by alert_day, alert_type order by alert_day",
        "told by day": "select alert_day, notification_sent, count(*)"
        + OF_ALERTS
        + " and metadata ->> 'origin' = 'tick' group by alert_day, notification_sent",
        "requests by day": "select kpi_date, requests_created" + OF_DAYS + " order by kpi_date",
        "latest alerts": "select *" + OF_ALERTS + " order by alert_sent_at desc limit 1000",
    },
}
