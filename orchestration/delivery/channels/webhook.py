"""Signed HTTP calls to other systems, as the Standard Webhooks specification has them."""

import ipaddress
import json
import socket
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

import urllib3

from orchestration.delivery.errors import (
    ChannelUnavailableError,
    MessageFailedError,
    MessageRefusedError,
)
from orchestration.delivery.messages import Message, Notice, Reminder
from orchestration.delivery.rendering import Content
from orchestration.delivery.urls import ChannelUrl
from orchestration.signing import sign

TIMEOUT = urllib3.Timeout(connect=5, read=15)
# Answers that say "later" rather than "no", and those that say that the address is wrong.
TEMPORARY = {408, 409, 425, 429}
MISCONFIGURED = {401, 403, 404, 405, 410}
LONGEST_WAIT_SECONDS = 3600
HEADERS = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "turnaround"}


class WebhookChannel:
    """POSTs a message as json. The secret stands in the address, as `?secret=${NAME}`."""

    def __init__(self, url: ChannelUrl, *, is_private_allowed: bool) -> None:
        self.parts = urlsplit(url.value)
        query = parse_qs(self.parts.query, keep_blank_values=True)
        self.secret = query.get("secret", [""])[0]
        if self.parts.scheme not in ("http", "https") or not self.parts.hostname:
            raise ChannelUnavailableError("expected https://host/path?secret=${NAME}")
        if not self.secret:
            raise ChannelUnavailableError("the address has no ?secret=${NAME} to sign with")
        self.path = build_path(self.parts)
        self.pool = open_pool(self.parts, is_private_allowed)

    def send(self, message: Message, content: Content) -> None:
        """POST the message; any answer of 2xx is good."""
        body = json.dumps(describe_message(message, content), ensure_ascii=False).encode()
        try:
            response = self.pool.request(
                "POST",
                self.path,
                body=body,
                headers={
                    **HEADERS,
                    **sign(self.secret, str(message.message_id), body, int(time.time())),
                    "Host": self.parts.netloc.rpartition("@")[2],
                },
                timeout=TIMEOUT,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.NewConnectionError as error:
            raise ChannelUnavailableError("it can't be reached") from error
        except urllib3.exceptions.ConnectTimeoutError as error:
            raise ChannelUnavailableError("it does not answer") from error
        except urllib3.exceptions.HTTPError as error:
            raise MessageFailedError(f"the call failed: {type(error).__name__}") from error
        check_answer(response.status, response.headers.get("Retry-After"))

    def close(self) -> None:
        """Close the connections."""
        self.pool.close()


def build_path(parts: SplitResult) -> str:
    """The path with its query, less the secret."""
    kept = [item for item in parts.query.split("&") if item and not item.startswith("secret=")]
    return (parts.path or "/") + ("?" + "&".join(kept) if kept else "")


def open_pool(parts: SplitResult, is_private_allowed: bool) -> urllib3.HTTPConnectionPool:
    """Connections to the address that the name has now: it can't turn into another later."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = resolve(host, port, is_private_allowed)
    if parts.scheme == "https":
        return urllib3.HTTPSConnectionPool(
            address, port, server_hostname=host, assert_hostname=host
        )
    return urllib3.HTTPConnectionPool(address, port)


def resolve(host: str, port: int, is_private_allowed: bool) -> str:
    """The first address of a host; raises ChannelUnavailableError for one that is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ChannelUnavailableError(f"the host {host} is not known") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not is_private_allowed:
        for address in addresses:
            if not ipaddress.ip_address(address.partition("%")[0]).is_global:
                raise ChannelUnavailableError(
                    f"{host} is an address of a private network; --allow-private allows it"
                )
    return addresses[0]


def check_answer(status: int, retry_after: str | None) -> None:
    """Nothing for 2xx, else the error that the answer calls for."""
    if 200 <= status < 300:
        return
    if status in MISCONFIGURED:
        raise ChannelUnavailableError(f"it answered {status}: look at address and secret")
    if status in TEMPORARY or status >= 500:
        raise MessageFailedError(f"it answered {status}", read_seconds(retry_after))
    raise MessageRefusedError(f"it answered {status}")


def read_seconds(retry_after: str | None) -> float | None:
    """The seconds of a Retry-After header; None where it has none or a date."""
    if retry_after is None or not retry_after.strip().isdigit():
        return None
    return min(float(retry_after), LONGEST_WAIT_SECONDS)


def describe_message(message: Message, content: Content) -> Mapping[str, Any]:
    """What is posted: what happened, to whom it is told, and the words."""
    return {
        "type": "operators.notice" if message.notices else "approval.reminder",
        "data": {
            "receiver": {
                "user_id": str(message.receiver.user_id) if message.receiver.user_id else None,
                "name": message.receiver.name,
                "address": message.receiver.address,
            },
            "subject": content.subject,
            "text": content.text,
            "reminders": [describe_reminder(reminder) for reminder in message.reminders],
            "notices": [describe_notice(notice) for notice in message.notices],
        },
    }


def describe_reminder(reminder: Reminder) -> Mapping[str, Any]:
    """An alert as json: ids as text, instants in ISO 8601 with their offset, hours as numbers."""
    return {
        "alert_id": str(reminder.alert_id),
        "alert_type": reminder.alert_type,
        "percentage": float(reminder.percentage),
        "repetition": reminder.repetition,
        "role": reminder.role,
        "request_id": str(reminder.request_id),
        "request_number": reminder.request_number,
        "request_title": reminder.request_title,
        "priority": reminder.priority,
        "level_id": str(reminder.level_id),
        "level": reminder.level,
        "approver": reminder.approver,
        "crossed_at": reminder.crossed_at.isoformat(),
        "due_at": reminder.due_at.isoformat() if reminder.due_at else None,
        "tat_hours": round(float(reminder.tat_hours), 4),
        "elapsed_hours": round(float(reminder.elapsed_hours), 4),
        "link": reminder.link,
    }


def describe_notice(notice: Notice) -> Mapping[str, str]:
    """A notice as json."""
    return {"subject": notice.subject, "body": notice.body}
