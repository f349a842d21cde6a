"""What operators are told by the same channels as everybody."""

import logging

import psycopg
import urllib3
from pydantic import SecretStr

from orchestration.delivery import load

logger = logging.getLogger(__name__)

PING_SECONDS = 5


def add_notice(connection: psycopg.Connection, *, key: str, subject: str, body: str) -> None:
    """Queue a notice for operators, unless one of this key is there already."""
    connection.execute(load("add_notice"), {"key": key, "subject": subject, "body": body})


def ping_heartbeat(url: SecretStr | None) -> None:
    """Call the address that waits for a sign of life, if one is set; log when it can't be."""
    if url is None:
        return
    try:
        urllib3.request("GET", url.get_secret_value(), timeout=PING_SECONDS, retries=False)
    except urllib3.exceptions.HTTPError as error:
        logger.warning("TAT_HEARTBEAT_URL can't be called: %s", type(error).__name__)
