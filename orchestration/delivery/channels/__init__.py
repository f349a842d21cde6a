"""The ways out: each takes one message at a time."""

from collections.abc import Mapping
from typing import Any, Protocol

import psycopg

from database.settings import Settings
from orchestration.delivery.channels.apprise import AppriseChannel
from orchestration.delivery.channels.folder import FolderChannel, find_mail_folder
from orchestration.delivery.channels.in_app import InAppChannel
from orchestration.delivery.channels.smtp import SmtpChannel
from orchestration.delivery.channels.webhook import WebhookChannel
from orchestration.delivery.errors import (
    ChannelUnavailableError,
    MessageFailedError,
    MessageRefusedError,
)
from orchestration.delivery.messages import Message
from orchestration.delivery.rendering import Content
from orchestration.delivery.urls import ChannelUrl, fill_in, read_environment

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
    row: Mapping[str, Any], connection: psycopg.Connection, settings: Settings
) -> tuple[Channel, ChannelUrl]:
    """The channel of a row of tat.channel, and its address with the secrets filled in.

    Raises ChannelUnavailableError, which tells no secret, for an address that can't be used.
    """
    url = fill_in(row["url"] or "", read_environment())
    try:
        return build_channel(row, url, connection, settings), url
    except ChannelUnavailableError as error:
        raise ChannelUnavailableError(url.redact(str(error))) from None


def build_channel(
    row: Mapping[str, Any], url: ChannelUrl, connection: psycopg.Connection, settings: Settings
) -> Channel:
    """The channel of a kind. Raises ChannelUnavailableError for a wrong address."""
    match row["kind"]:
        case "in_app":
            return InAppChannel(connection)
        case "folder":
            return FolderChannel(find_mail_folder(settings))
        case "smtp":
            return SmtpChannel(url)
        case "webhook":
            return WebhookChannel(url, is_private_allowed=row["is_private_allowed"])
        case "apprise":
            return AppriseChannel(url)
    raise ChannelUnavailableError(f"{row['kind']} is not a kind of channel")
