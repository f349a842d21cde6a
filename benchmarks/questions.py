"""What people ask: known queries, a page of each view, reports that count much, whole tables."""

from typing import LiteralString

Query = LiteralString

# The table that each query reads at least once; scanning it bare is the floor.
REQUESTS, LEVELS = "workflow.workflow_requests", "workflow.approval_levels"
ALERTS, NOTES = "tat.tat_alerts", "workflow.work_notes"

QUERIES: dict[str, tuple[str, Query]] = {
    "known: alerts of a request": (
        ALERTS,
        "select alert_type, threshold_percentage, alert_sent_at, alert_message from tat_alerts"
        " where request_id = md5('request 1000')::uuid order by alert_sent_at",
    ),
    "known: reminders of a level": (
        ALERTS,
        "select alert_type, alert_sent_at from tat_alerts"
        " where request_id = md5('request 1000')::uuid"
        " and level_id = md5('level 1000 1')::uuid order by threshold_percentage",
    ),
    "known: compliance rate": (
        LEVELS,
        "select round(count(case when completed_within_tat = true then 1 end) * 100.0"
        " / nullif(count(case when completed_within_tat is not null then 1 end), 0), 2)"
        " from vw_tat_compliance",
    ),
    "known: leaderboard": (
        LEVELS,
        "select approver_name, department, round(tat_compliance_percentage, 2), approved_count,"
        " round(avg_response_time_hours, 2), breaches_count from vw_approver_performance"
        " where total_assignments > 0 order by tat_compliance_percentage desc limit 10",
    ),
    "known: departments": (
        REQUESTS,
        "select department, total_requests, approved_requests,"
        " round(approved_requests * 100.0 / nullif(total_requests, 0), 2),"
        " round(avg_cycle_time_hours / 24, 2) from vw_department_summary"
        " where department is not null order by total_requests desc",
    ),
    "page: requests": (
        REQUESTS,
        "select * from vw_request_volume_summary where department = 'Department 3'"
        " and submission_month = date_trunc('month', now() - interval '1 month')::date"
        " order by submission_date desc limit 50",
    ),
    "page: compliance": (
        LEVELS,
        "select * from vw_tat_compliance where department = 'Department 3'"
        " and level_end_time >= now() - interval '1 month'"
        " order by level_end_time desc limit 50",
    ),
    "page: approvers": (
        LEVELS,
        "select * from vw_approver_performance where department = 'Department 3'"
        " order by decided_count desc limit 50",
    ),
    "page: alerts": (
        ALERTS,
        "select * from vw_tat_alerts_summary where department = 'Department 3'"
        " and alert_sent_at >= now() - interval '1 month' order by alert_sent_at desc limit 50",
    ),
    "page: departments": (
        REQUESTS,
        "select * from vw_department_summary where department = 'Department 3'",
    ),
    "page: days": (
        LEVELS,
        "select * from vw_daily_kpi_metrics where kpi_date >= current_date - 30"
        " order by kpi_date limit 50",
    ),
    "page: aging": (
        REQUESTS,
        "select * from vw_workflow_aging where department = 'Department 3'"
        " order by age_hours desc limit 50",
    ),
    "page: engagement": (
        NOTES,
        "select * from vw_engagement_metrics where department = 'Department 3'"
        " and last_activity_at >= now() - interval '1 month'"
        " order by last_activity_at desc limit 50",
    ),
    "report: one request": (
        REQUESTS,
        "select * from rpt_request_lifecycle where request_number = 'REQ-1000'"
        " order by event_number",
    ),
    "report: approvers, a month": (
        LEVELS,
        "select * from rpt_approver_performance"
        " where decided_month = date_trunc('month', now() - interval '1 month')::date"
        " order by compliance_rank",
    ),
    "report: approvers, all": (LEVELS, "select * from rpt_approver_performance"),
    "report: departments": (LEVELS, "select * from rpt_department_summary"),
    "report: engagement": (NOTES, "select * from rpt_engagement"),
    "whole: requests": (
        REQUESTS,
        "select department, status, count(*), avg(cycle_time_hours)"
        " from vw_request_volume_summary group by department, status",
    ),
    "whole: compliance": (
        LEVELS,
        "select tat_status, count(*), avg(tat_hours_elapsed) from vw_tat_compliance"
        " group by tat_status",
    ),
    "whole: alerts": (
        ALERTS,
        "select alert_type, count(*), avg(response_time_hours) from vw_tat_alerts_summary"
        " group by alert_type",
    ),
    "whole: aging": (
        REQUESTS,
        "select aging_bucket, count(*), count(*) filter (where is_delayed)"
        " from vw_workflow_aging group by aging_bucket",
    ),
    "whole: engagement": (
        NOTES,
        "select department, sum(work_notes_count), avg(spectator_participation_percentage)"
        " from vw_engagement_metrics group by department",
    ),
    "whole: days": (
        LEVELS,
        "select sum(levels_completed), sum(alerts_100_sent) from vw_daily_kpi_metrics",
    ),
}
