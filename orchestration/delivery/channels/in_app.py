"""Notifications that the approval app shows: rows of tat.in_app_notification."""

import psycopg

from orchestration.delivery import load
from orchestration.delivery.errors import MessageRefusedError
from orchestration.delivery.messages import Message
from orchestration.delivery.rendering import Content


class InAppChannel:
    """Writes rows, in the transaction that marks the message as sent: exactly once."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def send(self, message: Message, content: Content) -> None:
        """Insert the row."""
        if not message.reminders:
            raise MessageRefusedError("operators are not told in the app")
        reminder = message.reminders[0]
        self.connection.execute(
            load("add_in_app_notification"),
            {
                "message_id": message.message_id,
                "request_id": reminder.request_id,
                "level_id": reminder.level_id,
                "subject": content.subject,
                "body": content.text,
                "link": reminder.link,
            },
        )

    def close(self) -> None:
        """The connection is the caller's."""
