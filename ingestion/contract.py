"""The source contract: which tables and columns a source may hold, in load order.

The only place that says so; reading, checking, merging and the expectations all follow it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

ColumnType = Literal[
    "uuid",
    "text",
    "timestamptz",
    "date",
    "numeric(10, 2)",
    "integer",
    "bigint",
    "boolean",
    "jsonb",
    "text[]",
]
# source: the bundle's value counts. engine: never taken from a bundle.
# either: the engine fills it where the source leaves it empty, and that is kept.
Writer = Literal["source", "engine", "either"]


@dataclass(frozen=True)
class Column:
    """One column: its type, whether a row must have it, and what it may hold or refer to.

    `parent` is the table whose key the column holds. Where `must_exist` is false the key may
    be unknown (a manager who is not exported, say), and the row lands all the same.
    """

    name: str
    type: ColumnType
    is_required: bool = False
    values: tuple[str, ...] = ()
    parent: str | None = None
    must_exist: bool = True
    default: str | None = None
    writer: Writer = "source"


@dataclass(frozen=True)
class Period:
    """Columns of a row's stretch of time; those of one owner must not overlap."""

    owner: str
    starts_at: str
    ends_at: str


@dataclass(frozen=True)
class Table:
    """One table: its columns, the first of which is its key."""

    name: str
    columns: tuple[Column, ...]
    period: Period | None = None

    @property
    def key(self) -> str:
        """The name of the key column."""
        return self.columns[0].name

    @property
    def accepted_columns(self) -> tuple[Column, ...]:
        """The columns that a bundle may fill."""
        return tuple(column for column in self.columns if column.writer != "engine")

    @property
    def parents(self) -> tuple[Column, ...]:
        """The columns whose parent must be known before a row lands."""
        return tuple(column for column in self.columns if column.parent and column.must_exist)

    @property
    def is_versioned(self) -> bool:
        """Whether rows carry `updated_at`, so that an older version never replaces a newer one."""
        return any(column.name == "updated_at" for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column of that name; raises KeyError when the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")


def key(name: str) -> Column:
    """Describe a table's key."""
    return Column(name, "uuid", is_required=True)


def link(name: str, parent: str, *, is_required: bool = False, must_exist: bool = True) -> Column:
    """Describe a reference to the key of `parent`."""
    return Column(name, "uuid", is_required=is_required, parent=parent, must_exist=must_exist)


def needed(name: str, type_: ColumnType = "text", values: tuple[str, ...] = ()) -> Column:
    """Describe a column that every row must fill."""
    return Column(name, type_, is_required=True, values=values)


def flag(name: str, default: str = "false") -> Column:
    """Describe a boolean that counts as `default` where it is empty."""
    return Column(name, "boolean", default=default)


USERS = Table(
    "users",
    (
        key("user_id"),
        Column("employee_id", "text"),
        needed("email"),
        needed("display_name"),
        Column("department", "text"),
        Column("designation", "text"),
        Column("location", "text"),
        link("reporting_manager_id", "users", must_exist=False),
        flag("is_active", default="true"),
        Column("created_at", "timestamptz"),
        Column("updated_at", "timestamptz"),
    ),
)

WORKFLOW_REQUESTS = Table(
    "workflow_requests",
    (
        key("request_id"),
        needed("request_number"),
        link("initiator_id", "users", is_required=True),
        Column("template_type", "text"),
        needed("title"),
        Column("description", "text"),
        needed("priority", values=("STANDARD", "EXPRESS")),
        needed(
            "status",
            values=("DRAFT", "PENDING", "IN_PROGRESS", "APPROVED", "REJECTED", "CLOSED"),
        ),
        Column("current_level", "integer"),
        Column("total_levels", "integer"),
        Column("total_tat_hours", "numeric(10, 2)"),
        Column("submission_date", "timestamptz"),
        Column("closure_date", "timestamptz"),
        Column("conclusion_remark", "text"),
        flag("is_draft"),
        flag("is_deleted"),
        needed("created_at", "timestamptz"),
        needed("updated_at", "timestamptz"),
    ),
)

APPROVAL_LEVELS = Table(
    "approval_levels",
    (
        key("level_id"),
        link("request_id", "workflow_requests", is_required=True),
        needed("level_number", "integer"),
        Column("level_name", "text"),
        link("approver_id", "users", is_required=True),
        needed("status", values=("PENDING", "IN_PROGRESS", "APPROVED", "REJECTED", "SKIPPED")),
        needed("tat_hours", "numeric(10, 2)"),
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
        link("skipped_by", "users", must_exist=False),
        Column("skip_reason", "text"),
        needed("created_at", "timestamptz"),
        needed("updated_at", "timestamptz"),
        Column("tat50_alert_sent", "boolean", default="false", writer="engine"),
        Column("tat75_alert_sent", "boolean", default="false", writer="engine"),
        Column("tat_breached", "boolean", default="false", writer="engine"),
    ),
)

PARTICIPANTS = Table(
    "participants",
    (
        key("participant_id"),
        link("request_id", "workflow_requests", is_required=True),
        link("user_id", "users", is_required=True),
        needed("participant_type", values=("INITIATOR", "APPROVER", "SPECTATOR")),
        Column("added_at", "timestamptz"),
        flag("is_active", default="true"),
    ),
)

WORK_NOTES = Table(
    "work_notes",
    (
        key("note_id"),
        link("request_id", "workflow_requests", is_required=True),
        link("user_id", "users", is_required=True),
        Column("message", "text"),
        flag("is_deleted"),
        needed("created_at", "timestamptz"),
    ),
)

WORK_NOTE_ATTACHMENTS = Table(
    "work_note_attachments",
    (
        key("attachment_id"),
        link("note_id", "work_notes", is_required=True),
        Column("file_name", "text"),
        needed("uploaded_at", "timestamptz"),
    ),
)

DOCUMENTS = Table(
    "documents",
    (
        key("document_id"),
        link("request_id", "workflow_requests", is_required=True),
        link("uploaded_by", "users", is_required=True),
        Column("file_name", "text"),
        Column("file_size", "bigint"),
        Column("category", "text"),
        flag("is_deleted"),
        needed("uploaded_at", "timestamptz"),
    ),
)

ACTIVITIES = Table(
    "activities",
    (
        key("activity_id"),
        link("request_id", "workflow_requests", is_required=True),
        link("user_id", "users", must_exist=False),
        Column("user_name", "text"),
        needed("activity_type"),
        Column("activity_description", "text"),
        Column("metadata", "jsonb"),
        flag("is_system_event"),
        needed("created_at", "timestamptz"),
    ),
)

HOLIDAYS = Table(
    "holidays",
    (
        key("holiday_id"),
        needed("holiday_date", "date"),
        needed("holiday_name"),
        Column(
            "holiday_type",
            "text",
            values=("NATIONAL", "REGIONAL", "ORGANIZATIONAL", "OPTIONAL"),
        ),
        flag("is_recurring"),
        flag("is_active", default="true"),
        Column("applies_to_departments", "text[]"),
        Column("applies_to_locations", "text[]"),
    ),
)

LEVEL_PAUSES = Table(
    "level_pauses",
    (
        key("pause_id"),
        link("level_id", "approval_levels", is_required=True),
        needed("paused_at", "timestamptz"),
        Column("resumed_at", "timestamptz"),
        Column("reason", "text"),
    ),
    Period("level_id", "paused_at", "resumed_at"),
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
)


@cache
def find_table(name: str) -> Table:
    """Return the table of that name; raises KeyError when the contract has none."""
    for table in TABLES:
        if table.name == name:
            return table
    raise KeyError(f"the source contract has no table {name}")
