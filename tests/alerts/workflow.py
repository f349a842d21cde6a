"""What the approval app does to its tables, and what the engine answers, as a test reads it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from database.statements import Row, fetch
from orchestration.engine.tick import TickReport, run_tick

KOLKATA = ZoneInfo("Asia/Kolkata")
HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)


def january(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A local time of January 2026 in Kolkata; the 5th is a Monday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=KOLKATA)


@dataclass
class Workflow:
    """The app's side: writes rows of schema workflow, each call in its own transaction."""

    connection: psycopg.Connection
    approver_id: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.approver_id = self.add_user(display_name="Approver One")

    def add_user(self, **columns: Any) -> UUID:
        """Insert a user; return its id."""
        defaults = {"email": "someone@example.com", "display_name": "Someone"}
        return self.insert("users", "user_id", defaults | columns)

    def add_request(self, **columns: Any) -> UUID:
        """Insert a STANDARD request in progress; return its id."""
        defaults = {
            "request_number": "REQ-1",
            "initiator_id": self.approver_id,
            "title": "Laptop for a new colleague",
            "priority": "STANDARD",
            "status": "IN_PROGRESS",
            "created_at": january(5, 14),
            "updated_at": january(5, 14),
        }
        return self.insert("workflow_requests", "request_id", defaults | columns)

    def add_level(self, *, priority: str = "STANDARD", **columns: Any) -> UUID:
        """Insert a level of 16 h in progress since Monday 14:00; return its id."""
        started_at = columns.pop("started_at", january(5, 14))
        defaults = {
            "level_number": 1,
            "approver_id": self.approver_id,
            "status": "IN_PROGRESS",
            "tat_hours": 16,
            "level_start_time": started_at,
            "tat_start_time": started_at,
            "created_at": january(5, 14),
            "updated_at": january(5, 14),
        }
        if "request_id" not in columns:
            columns["request_id"] = self.add_request(priority=priority)
        return self.insert("approval_levels", "level_id", defaults | columns)

    def insert(self, table: str, key: str, columns: Row) -> UUID:
        """Insert one row under a new key; return the key."""
        columns = {key: uuid4(), **columns}
        self.connection.execute(
            sql.SQL("insert into workflow.{} ({}) values ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join(map(sql.Placeholder, columns)),
            ),
            columns,
        )
        key_value: UUID = columns[key]
        return key_value

    def update(self, table: str, key: str, key_value: UUID, columns: Row) -> None:
        """Update one row by its key."""
        changes = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name))
            for name in columns
        )
        self.connection.execute(
            sql.SQL("update workflow.{} set {} where {} = %(key_value)s").format(
                sql.Identifier(table), changes, sql.Identifier(key)
            ),
            {**columns, "key_value": key_value},
        )

    def change_level(self, level_id: UUID, **columns: Any) -> None:
        """Update a level."""
        self.update("approval_levels", "level_id", level_id, columns)

    def change_request(self, level_id: UUID, **columns: Any) -> None:
        """Update the request of a level."""
        request_id = self.read_level(level_id)["request_id"]
        self.update("workflow_requests", "request_id", request_id, columns)

    def forget_records(self) -> None:
        """Take back all that the engine derived and recorded, and mark every level as changed."""
        with self.connection.transaction():
            self.connection.execute("set local tat.engine_writes = 'on'")
            self.connection.execute("delete from tat.tat_alerts")
            self.connection.execute("delete from tat.level_clock")
            self.connection.execute(
                "update workflow.approval_levels"
                " set tat50_alert_sent = false, tat75_alert_sent = false, tat_breached = false"
            )
            self.connection.execute("select tat.mark_all_levels()")

    def decide(self, level_id: UUID, at: datetime, status: str = "APPROVED") -> None:
        """Approve or reject a level."""
        self.change_level(level_id, status=status, level_end_time=at, action_date=at, updated_at=at)

    def pause(self, level_id: UUID, at: datetime, until: datetime | None = None) -> UUID:
        """Pause a level, for good or until a known instant; return the pause's id."""
        pause = {"level_id": level_id, "paused_at": at, "resumed_at": until}
        return self.insert("level_pauses", "pause_id", pause)

    def resume(self, pause_id: UUID, at: datetime) -> None:
        """End a pause."""
        self.update("level_pauses", "pause_id", pause_id, {"resumed_at": at})

    def declare_holiday(self, day: date) -> None:
        """Declare a holiday of the whole company."""
        self.insert("holidays", "holiday_id", {"holiday_date": day, "holiday_name": "Holiday"})

    def read_level(self, level_id: UUID) -> Row:
        """Return the level's row."""
        return self.fetch_all(
            "select * from workflow.approval_levels where level_id = %s", level_id
        )[0]

    def list_flags(self, level_id: UUID) -> list[str]:
        """Return the alert types that the level's flags say were sent."""
        level = self.read_level(level_id)
        flags = {
            "TAT_50": level["tat50_alert_sent"],
            "TAT_75": level["tat75_alert_sent"],
            "TAT_100": level["tat_breached"],
        }
        return [alert_type for alert_type, is_set in flags.items() if is_set]

    def list_alerts(self, level_id: UUID) -> list[Row]:
        """Return the level's alerts in the order in which their thresholds were crossed."""
        return self.fetch_all(
            "select * from tat.tat_alerts where level_id = %s"
            " order by cycle, threshold_crossed_at, threshold_percentage",
            level_id,
        )

    def list_types(self, level_id: UUID) -> list[str]:
        """Return the types of the level's alerts, in order."""
        return [alert["alert_type"] for alert in self.list_alerts(level_id)]

    def list_notified(self, level_id: UUID) -> list[tuple[str, UUID]]:
        """Return type and recipient of each of the level's queued notifications, in order."""
        rows = self.fetch_all(
            "select tat_alerts.alert_type, outbox.recipient_id from tat.outbox"
            " inner join tat.tat_alerts using (alert_id) where tat_alerts.level_id = %s"
            " order by outbox.outbox_id",
            level_id,
        )
        return [(row["alert_type"], row["recipient_id"]) for row in rows]

    def list_reasons(self, level_id: UUID) -> dict[str, str | None]:
        """Return why each of the level's alerts was not notified; None where it was."""
        return {
            alert["alert_type"]: alert["metadata"].get("not_notified_reason")
            for alert in self.list_alerts(level_id)
        }

    def read_clock(self, level_id: UUID) -> Row:
        """Return the level's clock row; fails if it has none."""
        return self.fetch_all("select * from tat.level_clock where level_id = %s", level_id)[0]

    def read_status(self, level_id: UUID, as_of: datetime) -> Row:
        """Return the level's line of tat.level_status as of an instant."""
        with self.connection.transaction():
            self.connection.execute("select set_config('tat.as_of', %s, true)", (str(as_of),))
            return self.fetch_all("select * from tat.level_status where level_id = %s", level_id)[0]

    def fetch_all(self, query: str, *values: Any) -> list[Row]:
        """Run a query and return its rows by column name."""
        return fetch(self.connection, query.encode(), values)


@dataclass(frozen=True)
class Engine:
    """The engine's side: ticks in the role tat_engine."""

    connection: psycopg.Connection

    def tick(self, as_of: datetime, **limits: int) -> TickReport:
        """Run one tick."""
        return run_tick(self.connection, as_of, origin="command", **limits)

    def catch_up(self, as_of: datetime) -> None:
        """Tick until captured changes and crossings are all done."""
        while not self.tick(as_of).is_finished:
            pass


def hours(value: str) -> Decimal:
    """An amount of hours as the tables hold it."""
    return Decimal(value)
