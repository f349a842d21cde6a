"""What would be sent of an alert, and a message to try a channel with."""

from contextlib import closing
from uuid import UUID, uuid4

import psycopg

from database.settings import Settings
from database.statements import Rows, fetch
from orchestration.delivery import load
from orchestration.delivery.channels import open_channel
from orchestration.delivery.errors import DeliveryError
from orchestration.delivery.messages import Message, Notice, Receiver, read_messages
from orchestration.delivery.rendering import Content, render
from orchestration.delivery.urls import ChannelUrl
from orchestration.engine.calendars.editing import RuleError

KINDS_WITH_FILES = {"smtp", "folder"}
TEST = Notice(
    "This is a test",
    "Turnaround sent this because somebody ran `tat notify test`. Nothing has to be done.",
)


def list_routes(connection: psycopg.Connection, alert_id: UUID) -> Rows:
    """Whom an alert tells now, by what, from when, and what is in the way. Raises RuleError."""
    routes = fetch(connection, load("list_routes"), {"alert_id": alert_id})
    if not routes:
        raise RuleError(f"There is no alert {alert_id}, or its policy tells nobody.")
    return routes


def preview_alert(
    connection: psycopg.Connection, alert_id: UUID, settings: Settings
) -> list[tuple[Message, Content]]:
    """The messages that an alert would make now, rendered; nothing is sent or kept."""
    with connection.transaction(force_rollback=True):
        connection.execute(load("claim_preview"), {"alert_id": alert_id})
        messages = read_messages(connection, settings.request_url)
    return [(message, render(message, own=settings.templates)) for message in messages]


def send_test(
    connection: psycopg.Connection, channel_name: str, address: str, settings: Settings
) -> None:
    """Send one message by a channel, past the outbox. Raises RuleError with what went wrong."""
    message = Message(uuid4(), Receiver(address, address, settings.timezone), notices=[TEST])
    send_now(connection, channel_name, message, settings)


def send_now(
    connection: psycopg.Connection, channel_name: str, message: Message, settings: Settings
) -> None:
    """Send a message by a channel, past the outbox. Raises RuleError with what went wrong."""
    found = fetch(connection, load("read_channel"), {"channel": channel_name})
    if not found or found[0]["kind"] == "in_app":
        raise RuleError(f"{channel_name!r} is no channel that sends; see `tat channel list`.")
    if message.files and found[0]["kind"] not in KINDS_WITH_FILES:
        raise RuleError(f"{channel_name!r} sends no files: its kind is {found[0]['kind']}.")
    url = ChannelUrl("")
    try:
        channel, url = open_channel(found[0], connection, settings)
        with closing(channel):
            channel.send(message, render(message, found[0]["language"], settings.templates))
    except DeliveryError as error:
        raise RuleError(f"{channel_name}: {url.redact(str(error))}") from None
