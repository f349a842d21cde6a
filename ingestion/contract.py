"""The source contract: which tables and columns a source may hold, in load order.

The only place that says so; reading, checking, merging and the expectations all follow it.
"""

from functools import cache

from ingestion.columns import flag, key, link, named, needed, updated_after_creation
from ingestion.tables import Column, Order, Period, SoftRule, Table

USERS = Table(
    "users",
    "user",
    (
        key("user_id"),
        named("employee_id"),
        needed("email", is_name=True),
        needed("display_name", label="names", is_name=True),
        named("department"),
        named("designation"),
        named("location"),
        link("reporting_manager_id", "users", "managers", must_exist=False),
        flag("is_active", default="true"),
        Column("created_at", "timestamptz"),
        Column("updated_at", "timestamptz"),
    ),
    orders=(updated_after_creation("users"),),
    soft_rules=(
        SoftRule("user_emails_are_unique", "share their email with another user", ("email",)),
        SoftRule(
            "user_managers_form_no_circle",
            "are their own manager, directly or through others",
            ("reporting_manager_id",),
            statement="find_manager_circles",
        ),
    ),
)

WORKFLOW_REQUESTS = Table(
    "workflow_requests",
    "request",
    (
        key("request_id"),
        needed("request_number", label="numbers", is_name=True),
        link("initiator_id", "users", is_required=True),
        named("template_type"),
        needed("title"),
        Column("description", "text"),
        needed("priority", label="priorities", values=("STANDARD", "EXPRESS")),
        needed(
            "status",
            label="statuses",
            values=("DRAFT", "PENDING", "IN_PROGRESS", "APPROVED", "REJECTED", "CLOSED"),
        ),
        Column("current_level", "integer"),
        Column("total_levels", "integer", label="total_levels"),
        Column("total_tat_hours", "numeric(10, 2)", label="tat_hours"),
        Column("submission_date", "timestamptz"),
        Column("closure_date", "timestamptz"),
        Column("conclusion_remark", "text"),
        flag("is_draft"),
        flag("is_deleted"),
        needed("created_at", "timestamptz", "creation_times"),
        needed("updated_at", "timestamptz", "update_times"),
    ),
    orders=(
        Order("requests_close_after_submission", "submission_date", "closure_date"),
        updated_after_creation("requests"),
    ),
    soft_rules=(
        SoftRule(
            "request_numbers_are_unique",
            "share their request_number with another request, neither being deleted",
            ("request_number",),
            condition=("is_deleted", "false"),
        ),
    ),
)

APPROVAL_LEVELS = Table(
    "approval_levels",
    "level",
    (
        key("level_id"),
        link("request_id", "workflow_requests", is_required=True),
        needed("level_number", "integer", "numbers", at_least="1"),
        named("level_name"),
        link("approver_id", "users", is_required=True),
        needed(
            "status",
            label="statuses",
            values=("PENDING", "IN_PROGRESS", "APPROVED", "REJECTED", "SKIPPED"),
        ),
        needed("tat_hours", "numeric(10, 2)", "tat_hours", at_least="0.01", is_tat=True),
        Column("level_start_time", "timestamptz", writer="either"),
        Column("level_end_time", "timestamptz"),
        Column("tat_start_time", "timestamptz", writer="either"),
        Column("action_date", "timestamptz"),
        Column("comments", "text"),
        Column("rejection_reason", "text"),
        Column("breach_reason", "text"),
        flag("is_final_approver"),
        flag("is_skipped"),
        Column("skipped_at", "timestamptz"),
        link("skipped_by", "users", "skippers", must_exist=False),
        Column("skip_reason", "text"),
        needed("created_at", "timestamptz", "creation_times"),
        needed("updated_at", "timestamptz", "update_times"),
        Column("tat50_alert_sent", "boolean", default="false", writer="engine"),
        Column("tat75_alert_sent", "boolean", default="false", writer="engine"),
        Column("tat_breached", "boolean", default="false", writer="engine"),
    ),
    orders=(
        # Only a warning once loaded: the engine fills in starts that the source did not give.
        Order(
            "levels_end_after_they_start",
            "level_start_time",
            "level_end_time",
            severity="warning",
        ),
        Order(
            "levels_end_after_their_clocks_start",
            "tat_start_time",
            "level_end_time",
            severity="warning",
        ),
        updated_after_creation("levels"),
    ),
    soft_rules=(
        SoftRule(
            "level_numbers_are_unique",
            "share their request_id and level_number with another level",
            ("request_id", "level_number"),
        ),
        SoftRule(
            "levels_in_progress_are_alone",
            "are IN_PROGRESS while another level of their request is",
            ("request_id",),
            condition=("status", "IN_PROGRESS"),
        ),
    ),
)

PARTICIPANTS = Table(
    "participants",
    "participant",
    (
        key("participant_id"),
        link("request_id", "workflow_requests", is_required=True),
        link("user_id", "users", is_required=True),
        needed("participant_type", label="types", values=("INITIATOR", "APPROVER", "SPECTATOR")),
        Column("added_at", "timestamptz"),
        flag("is_active", default="true"),
    ),
)

WORK_NOTES = Table(
    "work_notes",
    "note",
    (
        key("note_id"),
        link("request_id", "workflow_requests", is_required=True),
        link("user_id", "users", "authors", is_required=True),
        Column("message", "text"),
        flag("is_deleted"),
        needed("created_at", "timestamptz", "creation_times"),
    ),
)

WORK_NOTE_ATTACHMENTS = Table(
    "work_note_attachments",
    "attachment",
    (
        key("attachment_id"),
        link("note_id", "work_notes", is_required=True),
        Column("file_name", "text"),
        needed("uploaded_at", "timestamptz", "upload_times"),
    ),
)

DOCUMENTS = Table(
    "documents",
    "document",
    (
        key("document_id"),
        link("request_id", "workflow_requests", is_required=True),
        link("uploaded_by", "users", "uploaders", is_required=True),
        Column("file_name", "text"),
        Column("file_size", "bigint", label="sizes"),
        named("category"),
        flag("is_deleted"),
        needed("uploaded_at", "timestamptz", "upload_times"),
    ),
)

ACTIVITIES = Table(
    "activities",
    "activity",
    (
        key("activity_id"),
        link("request_id", "workflow_requests", is_required=True),
        link("user_id", "users", must_exist=False),
        named("user_name"),
        needed("activity_type", label="types", is_name=True),
        Column("activity_description", "text"),
        Column("metadata", "jsonb"),
        flag("is_system_event"),
        needed("created_at", "timestamptz", "times"),
    ),
)

HOLIDAYS = Table(
    "holidays",
    "holiday",
    (
        key("holiday_id"),
        needed("holiday_date", "date", "dates"),
        needed("holiday_name", label="names", is_name=True),
        Column(
            "holiday_type",
            "text",
            values=("NATIONAL", "REGIONAL", "ORGANIZATIONAL", "OPTIONAL"),
            label="types",
        ),
        flag("is_recurring"),
        flag("is_active", default="true"),
        Column("applies_to_departments", "text[]"),
        Column("applies_to_locations", "text[]"),
    ),
)

LEVEL_PAUSES = Table(
    "level_pauses",
    "pause",
    (
        key("pause_id"),
        link("level_id", "approval_levels", is_required=True),
        needed("paused_at", "timestamptz", "starts"),
        Column("resumed_at", "timestamptz"),
        Column("reason", "text"),
    ),
    orders=(Order("pauses_end_after_they_start", "paused_at", "resumed_at"),),
    period=Period("level_id", "paused_at", "resumed_at"),
)

DELEGATIONS = Table(
    "delegations",
    "delegation",
    (
        key("delegation_id"),
        link("user_id", "users", is_required=True),
        link("delegate_id", "users", "delegates", is_required=True),
        needed("starts_at", "timestamptz", "starts"),
        Column("ends_at", "timestamptz"),
        Column("reason", "text"),
        flag("is_active", default="true"),
        Column("created_at", "timestamptz"),
        Column("updated_at", "timestamptz"),
    ),
    orders=(
        Order("delegations_end_after_they_start", "starts_at", "ends_at"),
        updated_after_creation("delegations"),
    ),
)

# Load order: parents before their children.
TABLES = (
    USERS,
    WORKFLOW_REQUESTS,
    APPROVAL_LEVELS,
    PARTICIPANTS,
    WORK_NOTES,
    WORK_NOTE_ATTACHMENTS,
    DOCUMENTS,
    ACTIVITIES,
    HOLIDAYS,
    LEVEL_PAUSES,
    DELEGATIONS,
)


@cache
def find_table(name: str) -> Table:
    """Return the table of that name; raises KeyError when the contract has none."""
    for table in TABLES:
        if table.name == name:
            return table
    raise KeyError(f"the source contract has no table {name}")
