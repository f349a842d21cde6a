"""The columns of the eight views and of the reports, in their order, with their exact types.

A column has one type wherever it stands, as PostgreSQL spells it; what tat_alerts has rounded is
the exception.
"""

VIEW_COLUMNS = {
    "vw_request_volume_summary": (
        "request_id, request_number, title, priority, status, template_type, initiator_id,"
        " initiator_name, department, current_level, total_levels, total_tat_hours,"
        " submission_date, closure_date, created_at, is_open, is_approved, is_rejected,"
        " age_hours, cycle_time_hours, cycle_time_working_hours, submission_day,"
        " submission_week, submission_month, is_submitted"
    ),
    "vw_tat_compliance": (
        "level_id, request_id, request_number, priority, level_number, level_name,"
        " approver_id, approver_name, department, approver_department, level_status,"
        " tat_hours_allocated, tat_start_time, expected_completion_time, level_end_time,"
        " tat_hours_elapsed, tat_percentage_used, tat_hours_remaining, hours_over_tat,"
        " completed_within_tat, is_breached, tat_status, alerts_sent, request_title, cycle,"
        " breach_reason"
    ),
    "vw_approver_performance": (
        "approver_id, approver_name, department, designation, total_assignments,"
        " pending_count, approved_count, rejected_count, skipped_count, decided_count,"
        " within_tat_count, breaches_count, open_breaches_count, tat_compliance_percentage,"
        " avg_response_time_hours, min_response_time_hours, max_response_time_hours,"
        " completed_today, completed_this_week, oldest_pending_hours"
    ),
    "vw_tat_alerts_summary": (
        "alert_id, request_id, level_id, approver_id, alert_type, threshold_percentage,"
        " tat_hours_allocated, tat_hours_elapsed, tat_hours_remaining, level_start_time,"
        " alert_sent_at, expected_completion_time, alert_message, notification_sent,"
        " notification_channels, is_breached, was_completed_on_time, completion_time,"
        " metadata, created_at, cycle, threshold_crossed_at, request_number, request_title,"
        " priority, department, approver_name, level_number, level_name, level_status,"
        " response_time_hours, breach_reason, reminder_text"
    ),
    "vw_department_summary": (
        "department, total_requests, open_requests, approved_requests, rejected_requests,"
        " closed_requests, express_requests, standard_requests, avg_cycle_time_hours,"
        " breached_requests, tat_compliance_percentage, delayed_requests"
    ),
    "vw_daily_kpi_metrics": (
        "kpi_date, requests_created, requests_submitted, requests_approved,"
        " requests_rejected, requests_closed, levels_completed, levels_within_tat,"
        " levels_breached, tat_compliance_percentage, avg_cycle_time_hours, alerts_50_sent,"
        " alerts_75_sent, alerts_100_sent, work_notes_added, documents_uploaded,"
        " open_at_day_end"
    ),
    "vw_workflow_aging": (
        "request_id, request_number, title, priority, status, department, initiator_name,"
        " current_level, current_approver_name, submission_date, age_hours, age_days,"
        " age_business_days, hours_in_current_level, tat_percentage_used, is_delayed,"
        " aging_bucket, current_level_id, current_level_name, expected_completion_time"
    ),
    "vw_engagement_metrics": (
        "request_id, request_number, department, work_notes_count, distinct_commenters,"
        " documents_count, note_attachments_count, spectators_count, active_spectators_count,"
        " spectator_participation_percentage, spectator_comments_count, first_activity_at,"
        " last_activity_at, activities_count"
    ),
}
REPORT_COLUMNS = {
    "rpt_request_lifecycle": (
        "request_id, request_number, event_number, event_at, event_type, level_number,"
        " level_name, actor_name, detail, hours_since_previous, hours_since_first,"
        " tat_percentage_used, level_id"
    ),
    "rpt_approver_performance": (
        "decided_month, compliance_rank, approver_id, approver_name, department,"
        " decided_count, approved_count, rejected_count, within_tat_count,"
        " tat_compliance_percentage, avg_response_time_hours, median_response_time_hours,"
        " worst_overrun_hours"
    ),
    "rpt_department_summary": (
        "report_month, department, requests_submitted, still_open, approved, rejected,"
        " approval_rate_percentage, avg_cycle_time_hours, median_cycle_time_hours,"
        " levels_decided, levels_within_tat, tat_compliance_percentage"
    ),
    "rpt_tat_breaches": (
        "level_id, request_id, request_number, request_title, priority, department,"
        " initiator_name, level_number, level_name, approver_name, approver_department,"
        " level_status, tat_hours_allocated, tat_hours_elapsed, hours_over_tat,"
        " tat_percentage_used, breached_at, breached_month, level_end_time, is_still_open,"
        " alerts_sent, breach_reason, breach_reason_label"
    ),
    "rpt_priority_distribution": (
        "report_month, priority, requests_submitted, share_percentage, still_open, approved,"
        " rejected, avg_cycle_time_hours, avg_cycle_time_working_hours, levels_decided,"
        " levels_within_tat, tat_compliance_percentage"
    ),
    "rpt_workflow_aging": (
        "department, aging_bucket, open_requests, delayed_requests, avg_age_days,"
        " oldest_age_days, oldest_age_business_days, oldest_submission_date,"
        " delayed_percentage"
    ),
    "rpt_daily_trends": (
        "kpi_date, week_starts_on, requests_submitted, requests_decided, levels_completed,"
        " tat_compliance_percentage, open_at_day_end, requests_submitted_7_day_avg,"
        " levels_completed_7_day_avg, tat_compliance_7_day_percentage, open_change"
    ),
    "rpt_weekly_trends": (
        "week_starts_on, days_counted, requests_submitted, requests_approved,"
        " requests_rejected, levels_completed, levels_within_tat, tat_compliance_percentage,"
        " compliance_change, submitted_change, breaches, work_notes_added, documents_uploaded,"
        " open_at_week_end"
    ),
    "rpt_engagement": (
        "report_month, department, requests_submitted, requests_with_notes, work_notes,"
        " documents, note_attachments, avg_work_notes, avg_documents, spectators,"
        " active_spectators, spectator_participation_percentage"
    ),
    "rpt_daily_corrections": ("kpi_date, metric, as_known, as_of_now, difference, known_at"),
}

TYPES = {
    "bigint": (
        "alerts_sent, total_assignments, pending_count, approved_count, rejected_count,"
        " skipped_count, decided_count, within_tat_count, breaches_count, open_breaches_count,"
        " completed_today, completed_this_week, total_requests, open_requests,"
        " approved_requests, rejected_requests, closed_requests, express_requests,"
        " standard_requests, breached_requests, requests_created, requests_submitted,"
        " requests_approved, requests_rejected, requests_closed, levels_completed,"
        " levels_within_tat, levels_breached, alerts_50_sent, alerts_75_sent, alerts_100_sent,"
        " work_notes_added, documents_uploaded, open_at_day_end, work_notes_count,"
        " distinct_commenters, documents_count, note_attachments_count, spectators_count,"
        " active_spectators_count, spectator_comments_count, delayed_requests,"
        " activities_count, event_number, compliance_rank, still_open, approved, rejected,"
        " levels_decided, requests_decided, open_change, days_counted, submitted_change,"
        " breaches, open_at_week_end, requests_with_notes, work_notes, documents,"
        " note_attachments, spectators, active_spectators"
    ),
    "boolean": (
        "is_open, is_approved, is_rejected, completed_within_tat, is_breached,"
        " notification_sent, was_completed_on_time, is_delayed, is_submitted, is_still_open"
    ),
    "date": (
        "submission_day, submission_week, submission_month, kpi_date, decided_month,"
        " report_month, breached_month, week_starts_on"
    ),
    "integer": (
        "current_level, total_levels, level_number, cycle, age_business_days,"
        " oldest_age_business_days"
    ),
    "jsonb": ("metadata"),
    "numeric(10,2)": ("total_tat_hours, tat_hours_allocated"),
    "numeric(14,4)": (
        "tat_percentage_used, tat_compliance_percentage, spectator_participation_percentage,"
        " approval_rate_percentage, share_percentage, delayed_percentage,"
        " tat_compliance_7_day_percentage, compliance_change"
    ),
    "numeric(20,10)": (
        "tat_hours_elapsed, tat_hours_remaining, age_hours, cycle_time_hours,"
        " cycle_time_working_hours, hours_over_tat, avg_response_time_hours,"
        " min_response_time_hours, max_response_time_hours, oldest_pending_hours,"
        " response_time_hours, avg_cycle_time_hours, age_days, hours_in_current_level,"
        " hours_since_previous, hours_since_first, median_response_time_hours,"
        " worst_overrun_hours, median_cycle_time_hours, avg_cycle_time_working_hours,"
        " avg_age_days, oldest_age_days, requests_submitted_7_day_avg,"
        " levels_completed_7_day_avg, avg_work_notes, avg_documents"
    ),
    "numeric(6,3)": ("threshold_percentage"),
    "text": (
        "request_number, title, priority, status, template_type, initiator_name, department,"
        " level_name, approver_name, approver_department, level_status, tat_status,"
        " designation, alert_type, alert_message, request_title, breach_reason, reminder_text,"
        " current_approver_name, aging_bucket, current_level_name, event_type, actor_name,"
        " detail, breach_reason_label, metric"
    ),
    "text[]": ("notification_channels"),
    "timestamp with time zone": (
        "submission_date, closure_date, created_at, tat_start_time, expected_completion_time,"
        " level_end_time, level_start_time, alert_sent_at, completion_time,"
        " threshold_crossed_at, first_activity_at, last_activity_at, event_at, breached_at,"
        " oldest_submission_date, known_at"
    ),
    "uuid": ("request_id, initiator_id, level_id, approver_id, alert_id, current_level_id"),
    "numeric(30,10)": ("as_known, as_of_now, difference"),
}
ALERTS_AS_STORED = dict.fromkeys(("tat_hours_elapsed", "tat_hours_remaining"), "numeric(10,2)")


def list_types(relation: str) -> list[tuple[str, str]]:
    """The names and types of the columns that a view or report has, in their order."""
    types = {name: type_ for type_, names in TYPES.items() for name in names.split(", ")}
    if relation == "vw_tat_alerts_summary":
        types |= ALERTS_AS_STORED
    names = (VIEW_COLUMNS | REPORT_COLUMNS)[relation].split(", ")
    return [(name, types[name]) for name in names]
