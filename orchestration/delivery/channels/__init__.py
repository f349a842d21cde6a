"""The ways out: each takes one message at a time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import psycopg

from orchestration.delivery.channels.apprise import AppriseChannel
from orchestration.delivery.channels.folder import FolderChannel
from orchestration.delivery.channels.in_app import InAppChannel
from orchestration.delivery.channels.smtp import SmtpChannel
from orchestration.delivery.channels.urls import ChannelUrl
from orchestration.delivery.channels.webhook import WebhookChannel
from orchestration.delivery.errors import (
    ChannelUnavailableError,
    MessageFailedError,
    MessageRefusedError,
)
from orchestration.delivery.messages import Message
from orchestration.delivery.rendering import Content

__all__ = [
    "Channel",
    "ChannelUnavailableError",
    "MessageFailedError",
    "MessageRefusedError",
    "open_channel",
]


class Channel(Protocol):
    """Sends messages; raises one of the errors above for what is not sent."""

    def send(self, message: Message, content: Content) -> None:
        """Send one message."""

    def close(self) -> None:
        """Let go of connections."""


def open_channel(
    row: Mapping[str, Any],
    url: ChannelUrl,
    *,
    connection: psycopg.Connection,
    mail_folder: Path,
) -> Channel:
    """The channel of a row of tat.channel. Raises ChannelUnavailableError for a wrong address."""
    match row["kind"]:
        case "in_app":
            return InAppChannel(connection)
        case "folder":
            return FolderChannel(mail_folder)
        case "smtp":
            return SmtpChannel(url)
        case "webhook":
            return WebhookChannel(url, is_private_allowed=row["is_private_allowed"])
        case "apprise":
            return AppriseChannel(url)
    raise ChannelUnavailableError(f"{row['kind']} is not a kind of channel")
