"""The exact type of each contract column of the eight views, as PostgreSQL spells it.

A column has one type in all views that have it; what tat_alerts has rounded is the exception.
"""

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
        " active_spectators_count, spectator_comments_count"
    ),
    "boolean": (
        "is_open, is_approved, is_rejected, completed_within_tat, is_breached,"
        " notification_sent, was_completed_on_time, is_delayed"
    ),
    "date": ("submission_day, submission_week, submission_month, kpi_date"),
    "integer": ("current_level, total_levels, level_number, cycle, age_business_days"),
    "jsonb": ("metadata"),
    "numeric(10,2)": ("total_tat_hours, tat_hours_allocated"),
    "numeric(14,4)": (
        "tat_percentage_used, tat_compliance_percentage, spectator_participation_percentage"
    ),
    "numeric(20,10)": (
        "tat_hours_elapsed, tat_hours_remaining, age_hours, cycle_time_hours,"
        " cycle_time_working_hours, hours_over_tat,"
        " avg_response_time_hours, min_response_time_hours, max_response_time_hours,"
        " oldest_pending_hours, response_time_hours, avg_cycle_time_hours, age_days,"
        " hours_in_current_level"
    ),
    "numeric(6,3)": ("threshold_percentage"),
    "text": (
        "request_number, title, priority, status, template_type, initiator_name, department,"
        " level_name, approver_name, approver_department, level_status, tat_status,"
        " designation, alert_type, alert_message, request_title, breach_reason, reminder_text,"
        " current_approver_name, aging_bucket"
    ),
    "text[]": ("notification_channels"),
    "timestamp with time zone": (
        "submission_date, closure_date, created_at, tat_start_time, expected_completion_time,"
        " level_end_time, level_start_time, alert_sent_at, completion_time,"
        " threshold_crossed_at, first_activity_at, last_activity_at"
    ),
    "uuid": ("request_id, initiator_id, level_id, approver_id, alert_id"),
}

ALERTS_AS_STORED = dict.fromkeys(("tat_hours_elapsed", "tat_hours_remaining"), "numeric(10,2)")


def list_types(view: str) -> dict[str, str]:
    """The type of every column name that `view` may have."""
    types = {name: type_ for type_, names in TYPES.items() for name in names.split(", ")}
    return types | (ALERTS_AS_STORED if view == "vw_tat_alerts_summary" else {})
