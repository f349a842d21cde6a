"""Deliver what is queued: find receivers, claim messages, send them, write down how it went.

The states and the moves between them are drawn in docs/delivery.md.
"""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, fields
from datetime import datetime

import psycopg
from jinja2 import TemplateError

from database.connect import Database, connect
from database.settings import Settings
from database.statements import Row, fetch
from orchestration.delivery import load
from orchestration.delivery.channels import Channel, open_channel
from orchestration.delivery.channels.in_app import InAppChannel
from orchestration.delivery.errors import (
    ChannelUnavailableError,
    MessageFailedError,
    MessageRefusedError,
)
from orchestration.delivery.messages import Message, read_messages
from orchestration.delivery.notices import tell_of_dead
from orchestration.delivery.rendering import render
from orchestration.delivery.urls import ChannelUrl
from orchestration.engine.tick import read_database_time

logger = logging.getLogger(__name__)

# A sender holds the lock (7281, its backend) while it lives.
SENDER_LOCK = 7281
ALERTS_PER_ROUTING = 1000
MESSAGES_PER_CLAIM = 20
# How far ahead a claim looks for what belongs into one message.
DELIVERIES_PER_CLAIM = 2000
LONGEST_REASON = 500


@dataclass
class DeliveryReport:
    """What was done: alerts routed, deliveries queued, and messages by what became of them.

    `suppressed` counts deliveries. `unavailable` names channels that could not be used.
    """

    routed: int = 0
    queued: int = 0
    sent: int = 0
    failed: int = 0
    dead: int = 0
    suppressed: int = 0
    unavailable: tuple[str, ...] = ()

    def add(self, other: "DeliveryReport") -> None:
        """Add what another one did."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


@dataclass(frozen=True)
class Sending:
    """What all channels of one run share. `as_of` stands for the database's clock in tests."""

    database: Database
    settings: Settings
    deadline: float
    as_of: datetime | None

    def connect(self) -> psycopg.Connection:
        """A connection of its own, whose views look at the moment that counts as now."""
        connection = connect(
            self.database, "tat_engine", autocommit=True, application_name="tat delivery"
        )
        if self.as_of is not None:
            connection.execute("select set_config('tat.as_of', %s, false)", (str(self.as_of),))
        return connection

    def read_clock(self, connection: psycopg.Connection) -> datetime:
        """The moment that counts as now."""
        return self.as_of or read_database_time(connection)

    @property
    def is_over(self) -> bool:
        """No time is left."""
        return time.monotonic() > self.deadline


def deliver(
    database: Database, settings: Settings, *, seconds: float, as_of: datetime | None = None
) -> DeliveryReport:
    """Route what is in the outbox and send what is due, for `seconds` at most.

    Each channel has a thread of its own, so that a slow one holds up no other. Any number of
    these may run at once, and any may be killed.
    """
    sending = Sending(database, settings, time.monotonic() + seconds, as_of)
    report = DeliveryReport()
    with sending.connect() as connection:
        rescue(connection, sending.read_clock(connection))
        report.add(route(connection, sending))
        channels = fetch(
            connection, load("list_due_channels"), {"as_of": sending.read_clock(connection)}
        )
    if channels:
        with ThreadPoolExecutor(len(channels), "delivery") as pool:
            for done in pool.map(lambda row: serve_channel(sending, row), channels):
                report.add(done)
    return report


def rescue(connection: psycopg.Connection, as_of: datetime) -> None:
    """Take back what senders held that are gone."""
    found = fetch(connection, load("rescue_deliveries"), {"lock": SENDER_LOCK, "as_of": as_of})
    for row in found:
        if row["state"] == "dead":
            tell_of_dead(connection, row["channel_name"], "the sender ended again and again", as_of)


def route(connection: psycopg.Connection, sending: Sending) -> DeliveryReport:
    """Make deliveries of all that is in the outbox."""
    report = DeliveryReport()
    while not sending.is_over:
        as_of = sending.read_clock(connection)
        (done,) = fetch(
            connection,
            "select * from tat.route_alerts(%(as_of)s, %(limit)s)",
            {"as_of": as_of, "limit": ALERTS_PER_ROUTING},
        )
        connection.execute("select tat.route_notices(%s)", (as_of,))
        report.add(DeliveryReport(routed=done["alerts_routed"], queued=done["deliveries_queued"]))
        if done["alerts_routed"] < ALERTS_PER_ROUTING:
            break
    return report


def serve_channel(sending: Sending, row: Row) -> DeliveryReport:
    """Send what is due on one channel until nothing is, or the time is over."""
    report = DeliveryReport()
    with sending.connect() as connection:
        connection.execute("select pg_advisory_lock(%s, pg_backend_pid())", (SENDER_LOCK,))
        try:
            channel, url = open_channel(row, connection, sending.settings)
            with closing(channel):
                for done in send_batches(sending, connection, row, channel, url):
                    report.add(done)
        except ChannelUnavailableError as error:
            report.unavailable = (row["channel_name"],)
            pause(connection, row["channel_name"], str(error), sending)
        finally:
            connection.execute(load("release_messages"))
    return report


def send_batches(
    sending: Sending, connection: psycopg.Connection, row: Row, channel: Channel, url: ChannelUrl
) -> Iterator[DeliveryReport]:
    """Claim and send, batch after batch."""
    while not sending.is_over:
        as_of = sending.read_clock(connection)
        claimed, rules = claim(connection, row["channel_name"], as_of)
        if not any(claimed.values()):
            return
        yield DeliveryReport(suppressed=claimed["suppressed"])
        template = sending.settings.request_url
        for message in read_messages(connection, template) if claimed["claimed"] else ():
            if sending.is_over:
                return
            attempt = Attempt(sending, connection, row, rules, channel, url)
            yield attempt.send(message)


def claim(connection: psycopg.Connection, channel: str, as_of: datetime) -> tuple[Row, Row]:
    """Claim messages of a channel; return the counts and the channel's rules."""
    nothing = {"claimed": 0, "suppressed": 0, "postponed": 0}
    with connection.transaction():
        rules = fetch(connection, load("lock_channel"), {"channel": channel, "as_of": as_of})
        if not rules or rules[0]["allowance"] <= 0:
            return nothing, {}
        parameters = {
            "channel": channel,
            "as_of": as_of,
            "look_ahead": DELIVERIES_PER_CLAIM,
            "is_digest": rules[0]["is_digest"],
            "summary_above": rules[0]["summary_above"],
            "messages": min(MESSAGES_PER_CLAIM, rules[0]["allowance"]),
        }
        (claimed,) = fetch(connection, load("claim_messages"), parameters)
    return claimed, rules[0]


@dataclass(frozen=True)
class Attempt:
    """One message on its way."""

    sending: Sending
    connection: psycopg.Connection
    row: Row
    rules: Row
    channel: Channel
    url: ChannelUrl

    def send(self, message: Message) -> DeliveryReport:
        """Send it and write down what became of it. Raises ChannelUnavailableError."""
        try:
            content = render(message, self.row["language"], self.sending.settings.templates)
        except TemplateError as error:
            raise ChannelUnavailableError(f"a template is wrong: {error}") from error
        try:
            with self.transaction():
                self.channel.send(message, content)
                self.mark_sent(message)
        except MessageRefusedError as error:
            return self.mark_failed(message, str(error), is_final=True)
        except MessageFailedError as error:
            return self.mark_failed(message, str(error), retry_after=error.retry_after)
        except ChannelUnavailableError as error:
            raise ChannelUnavailableError(self.url.redact(str(error))) from error
        except psycopg.Error:
            raise
        except Exception as error:
            # Whatever one message does to a library, the others go out.
            logger.exception("A message by %s failed", self.row["channel_name"])
            return self.mark_failed(message, type(error).__name__)
        return DeliveryReport(sent=1)

    def transaction(self) -> AbstractContextManager[object]:
        """One transaction over both steps where the channel is a table of this database."""
        if isinstance(self.channel, InAppChannel):
            return self.connection.transaction()
        return nullcontext()

    def mark_sent(self, message: Message) -> None:
        """It is out."""
        self.connection.execute(
            load("mark_sent"), {"message_id": message.message_id, "as_of": self.sending.as_of}
        )
        if self.rules["failures"]:
            self.connection.execute(load("resume_channel"), {"channel": self.row["channel_name"]})

    def mark_failed(
        self,
        message: Message,
        reason: str,
        *,
        is_final: bool = False,
        retry_after: float | None = None,
    ) -> DeliveryReport:
        """It is not: it is tried again, or it is dead and operators are told."""
        as_of = self.sending.read_clock(self.connection)
        reason = self.url.redact(reason)[:LONGEST_REASON]
        marked = fetch(
            self.connection,
            load("mark_failed"),
            {
                "message_id": message.message_id,
                "as_of": as_of,
                "reason": reason,
                "is_final": is_final,
                "most_attempts": self.rules["attempts"],
                "retry_after": retry_after,
            },
        )
        if not any(row["state"] == "dead" for row in marked):
            return DeliveryReport(failed=1)
        tell_of_dead(self.connection, self.row["channel_name"], reason, as_of)
        return DeliveryReport(dead=1)


def pause(connection: psycopg.Connection, channel: str, error: str, sending: Sending) -> None:
    """Leave a channel alone for a while that can't be used."""
    logger.warning("The channel %s can't be used: %s", channel, error)
    parameters = {
        "channel": channel,
        "error": error[:LONGEST_REASON],
        "as_of": sending.read_clock(connection),
    }
    connection.execute(load("pause_channel"), parameters)
