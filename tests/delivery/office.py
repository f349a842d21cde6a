"""An office where levels cross thresholds and people are told, as a test reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import sql

from database.connect import Database
from database.settings import Settings
from database.statements import Row
from orchestration.delivery.editing import set_channel
from orchestration.delivery.sending import DeliveryReport, deliver
from tests.alerts.workflow import Engine, Workflow, january

SECONDS = 60


@dataclass
class Office:
    """The app, the engine and delivery on one database."""

    workflow: Workflow
    engine: Engine
    database: Database
    settings: Settings

    def cross(self, at: datetime, **columns: Any) -> UUID:
        """A level of 16 h since Monday 14:00 that a tick at `at` finds; return it."""
        level = self.workflow.add_level(**columns)
        self.engine.tick(at)
        return level

    def deliver(self, at: datetime | None = None) -> DeliveryReport:
        """Route and send as of an instant, or as of the database's clock."""
        return deliver(self.database, self.settings, seconds=SECONDS, as_of=at)

    def set_channel(self, name: str, **changes: Any) -> None:
        """Change or add a channel."""
        set_channel(self.workflow.connection, name, changes)

    def use_channels(self, *names: str) -> None:
        """Let every policy tell by these channels."""
        self.workflow.connection.execute(
            "update tat.policy set notification_channels = %s", (list(names),)
        )

    def tell(self, threshold: int, **columns: Any) -> None:
        """Change what every policy says of a threshold."""
        for name, value in columns.items():
            statement = sql.SQL("update tat.policy_threshold set {} = %s where threshold = %s")
            self.workflow.connection.execute(
                statement.format(sql.Identifier(name)), (value, threshold)
            )

    def stand_in(
        self, person: UUID, delegate: UUID, starts: datetime, ends: datetime | None = None
    ) -> None:
        """Let somebody stand in for a person."""
        self.workflow.insert(
            "delegations",
            "delegation_id",
            {"user_id": person, "delegate_id": delegate, "starts_at": starts, "ends_at": ends},
        )

    def list_deliveries(self, channel: str = "email") -> list[Row]:
        """The deliveries of a channel, in the order in which they were queued."""
        return self.workflow.fetch_all(
            "select delivery.*, tat_alerts.alert_type, users.display_name as receiver"
            " from tat.delivery left join tat.tat_alerts using (alert_id)"
            " left join workflow.users on users.user_id = delivery.recipient_id"
            " where channel_name = %s order by delivery_id",
            channel,
        )

    def list_told(self, channel: str = "email") -> list[tuple[str, str, str]]:
        """Type, receiver and state of each delivery of a channel."""
        return [
            (row["alert_type"], row["receiver"], row["state"])
            for row in self.list_deliveries(channel)
        ]

    def list_reasons(self, channel: str = "email") -> list[str | None]:
        """Why each delivery of a channel was suppressed, or its last error."""
        return [row["reason"] for row in self.list_deliveries(channel)]

    def read_mails(self) -> Sequence[EmailMessage]:
        """The mails in the folder, by receiver and subject."""
        return read_folder(self.settings.home / "mail")


def read_folder(folder: Path) -> list[EmailMessage]:
    """Every mail of a folder, by receiver and subject."""
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in folder.glob("*.eml")]
    return sorted(mails, key=lambda mail: (str(mail["To"]), str(mail["Subject"])))


def read_text(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


# A level of 16 h that began on Monday 14:00 crosses 50 % on Tuesday 13:00, 75 % on Tuesday 17:00.
HALF = january(6, 13, 1)
THREE_QUARTERS = january(6, 17, 1)
LATE = january(7, 12, 1)
