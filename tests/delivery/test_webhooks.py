"""Webhooks against a real receiver: what it can check, and what its answers lead to."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from orchestration.delivery.channels.webhook import resolve
from orchestration.delivery.errors import ChannelUnavailableError
from tests.delivery.office import HALF, Office
from tests.delivery.servers import SECRET, Receiver


def test_a_webhook_is_signed_so_that_its_receiver_can_check_it(
    office: Office, receiver: Receiver
) -> None:
    office.cross(HALF)
    office.deliver(HALF)
    ((path, headers, body),) = receiver.calls
    assert path == "/hook"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    call = json.loads(body)
    assert call["type"] == "approval.reminder"
    (reminder,) = call["data"]["reminders"]
    assert (reminder["request_number"], reminder["alert_type"], reminder["tat_hours"]) == (
        "REQ-1",
        "TAT_50",
        16,
    )
    (sent,) = office.list_deliveries("hook")
    assert headers["webhook-id"] == str(sent["message_id"])


@pytest.mark.parametrize(
    ("status", "state"),
    [(500, "failed"), (429, "failed"), (302, "dead"), (422, "dead"), (401, "queued")],
)
def test_what_an_answer_of_a_webhook_leads_to(
    office: Office, receiver: Receiver, status: int, state: str
) -> None:
    receiver.answer = lambda number: status
    receiver.headers = {"Retry-After": "120", "Location": "http://127.0.0.1:1/"}
    office.cross(HALF)
    office.deliver(HALF)
    (row,) = office.list_deliveries("hook")
    assert row["state"] == state
    if state == "failed":
        assert row["next_attempt_at"] == HALF + timedelta(seconds=120)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.0.0.7", "169.254.169.254", "::1", "0.0.0.0", "2130706433"],
)
def test_a_webhook_calls_no_private_network_unless_allowed(host: str) -> None:
    with pytest.raises(ChannelUnavailableError, match="private network"):
        resolve(host, 80, is_private_allowed=False)
    assert resolve(host, 80, is_private_allowed=True)
