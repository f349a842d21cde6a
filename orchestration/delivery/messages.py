"""A message: to whom it goes, and the alerts or notices that it tells of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from database.statements import fetch
from orchestration.delivery import load

BREACH = "TAT_100"


@dataclass(frozen=True)
class Receiver:
    """Who gets a message. Operators have no `user_id`; `address` is None where none is needed."""

    name: str
    address: str | None
    time_zone: str
    user_id: UUID | None = None


@dataclass(frozen=True)
class Reminder:
    """One alert in a message, its level read now. Hours are TAT hours of the level's clock."""

    alert_id: UUID
    alert_type: str
    percentage: Decimal
    repetition: int
    role: str
    stands_in_for: str | None
    request_id: UUID
    request_number: str
    request_title: str
    priority: str
    initiator: str
    approver: str
    level_id: UUID
    level: str
    crossed_at: datetime
    due_at: datetime | None
    tat_hours: Decimal
    elapsed_hours: Decimal
    link: str | None

    @property
    def is_breach(self) -> bool:
        """The TAT is exceeded."""
        return self.alert_type == BREACH

    @property
    def hours_left(self) -> Decimal:
        """What is left of the TAT, negative when overdue."""
        return self.tat_hours - self.elapsed_hours

    @property
    def share(self) -> Decimal:
        """How much of the TAT is used, from 0 to 1, for a bar."""
        if self.tat_hours == 0:
            return Decimal(1)
        return min(self.elapsed_hours / self.tat_hours, Decimal(1))


@dataclass(frozen=True)
class Notice:
    """What operators are told."""

    subject: str
    body: str


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail; `media_type` is such as text/html."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Message:
    """What goes out to one receiver by one channel; the id is the same at every attempt.

    Files go with mails alone; a message with files tells of reports, in its notices.
    """

    message_id: UUID
    receiver: Receiver
    reminders: Sequence[Reminder] = field(default=())
    notices: Sequence[Notice] = field(default=())
    files: Sequence[Attachment] = field(default=())

    @property
    def by_urgency(self) -> list[Reminder]:
        """The reminders, that with the least time left first."""
        return sorted(self.reminders, key=lambda reminder: reminder.hours_left)

    @property
    def is_summary(self) -> bool:
        """More than one thing is told."""
        return len(self.reminders) + len(self.notices) > 1


def read_messages(connection: psycopg.Connection, link_template: str | None) -> list[Message]:
    """The messages that this connection has claimed, in the order of their oldest delivery."""
    rows = fetch(connection, load("read_messages"))
    order = {row["message_id"]: row["delivery_id"] for row in reversed(rows)}
    rows.sort(key=lambda row: (order[row["message_id"]], row["delivery_id"]))
    return list(group_messages(rows, link_template))


def group_messages(
    rows: Sequence[Mapping[str, Any]], link_template: str | None
) -> Iterator[Message]:
    """One message of the adjacent rows that share an id."""
    for message_id, grouped in groupby(rows, key=itemgetter("message_id")):
        parts = list(grouped)
        yield Message(
            message_id,
            build_receiver(parts[0]),
            [build_reminder(part, link_template) for part in parts if part["alert_id"]],
            [
                Notice(part["notice_subject"], part["notice_body"])
                for part in parts
                if not part["alert_id"]
            ],
        )


def build_receiver(row: Mapping[str, Any]) -> Receiver:
    """Who a delivery goes to."""
    return Receiver(
        row["recipient_name"] or "operators",
        row["address"],
        row["time_zone"],
        row["recipient_id"],
    )


def build_reminder(row: Mapping[str, Any], link_template: str | None) -> Reminder:
    """The alert of a delivery, read now."""
    return Reminder(
        alert_id=row["alert_id"],
        alert_type=row["alert_type"],
        percentage=row["threshold_percentage"],
        repetition=row["repetition"],
        role=row["recipient_role"],
        stands_in_for=row["stands_in_for"],
        request_id=row["request_id"],
        request_number=row["request_number"],
        request_title=row["request_title"],
        priority=row["priority"],
        initiator=row["initiator_name"],
        approver=row["approver_name"],
        level_id=row["level_id"],
        level=row["level_name"] or f"Level {row['level_number']}",
        crossed_at=row["threshold_crossed_at"],
        due_at=row["due_at"],
        tat_hours=row["tat_hours"],
        elapsed_hours=row["elapsed_hours"],
        link=fill_link(link_template, row),
    )


def fill_link(template: str | None, row: Mapping[str, Any]) -> str | None:
    """The address of a request in the approval app; what is filled in can't leave its place."""
    if template is None:
        return None
    return template.format(
        request_id=row["request_id"],
        request_number=quote(row["request_number"], safe=""),
        level_id=row["level_id"],
    )


def to_local(instant: datetime, time_zone: str) -> datetime:
    """An instant on the receiver's clock."""
    return instant.astimezone(ZoneInfo(time_zone))
