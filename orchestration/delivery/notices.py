"""What operators are told by the same channels as everybody."""

import logging
from datetime import datetime

import psycopg
import urllib3
from pydantic import SecretStr

from orchestration.delivery import load

logger = logging.getLogger(__name__)

PING_SECONDS = 5


def add_notice(connection: psycopg.Connection, *, key: str, subject: str, body: str) -> None:
    """Queue a notice for operators, unless one of this key is there already."""
    connection.execute(load("add_notice"), {"key": key, "subject": subject, "body": body})


def tell_of_dead(
    connection: psycopg.Connection, channel: str, reason: str, as_of: datetime
) -> None:
    """Tell operators, once an hour and channel, that messages are given up."""
    hour = as_of.replace(minute=0, second=0, microsecond=0)
    add_notice(
        connection,
        key=f"dead:{channel}:{hour.isoformat()}",
        subject=f"Messages by the channel {channel} are given up",
        body=(
            f"The last error was: {reason}\n\n"
            "`tat outbox list --state dead` shows them, `tat outbox retry` sends them again."
        ),
    )


def ping_heartbeat(url: SecretStr | None) -> None:
    """Call the address that waits for a sign of life, if one is set; log when it can't be."""
    if url is None:
        return
    try:
        urllib3.request("GET", url.get_secret_value(), timeout=PING_SECONDS, retries=False)
    except urllib3.exceptions.HTTPError as error:
        logger.warning("TAT_HEARTBEAT_URL can't be called: %s", type(error).__name__)
