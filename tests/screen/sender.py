"""An app that sends events to the door, signed as Standard Webhooks says."""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from database.connect import Database
from orchestration.screen.app import Screen
from orchestration.signing import sign
from tests.screen.browser import SECRET, Answer, Browser, serve_screen

EVENTS_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
JSON = ("Content-Type", "application/json")


@dataclass(frozen=True)
class Reply:
    """The status, headers and JSON that came back."""

    status: int
    headers: Any
    data: Any


@dataclass(frozen=True)
class Sender:
    """Sends events to a served door."""

    browser: Browser
    secret: str = EVENTS_SECRET

    def send(self, rows: Any, event_id: str | None = None, **changes: Any) -> Reply:
        """Send rows as a signed event."""
        return self.post(json.dumps(rows).encode(), event_id, **changes)

    def post(
        self,
        body: bytes,
        event_id: str | None = None,
        *,
        age: float = 0,
        headers: Iterable[tuple[str, str]] = (JSON,),
        signed: dict[str, str] | None = None,
    ) -> Reply:
        """Send a signed body; `signed` replaces headers of the signature."""
        name = event_id or f"event-{uuid4()}"
        proof = sign(self.secret, name, body, int(time.time() - age)) | (signed or {})
        length = ("Content-Length", str(len(body)))
        given = [*headers, *proof.items(), length]
        return read_reply(self.browser.ask("/events", *given, method="POST", body=body))


def read_reply(answer: Answer) -> Reply:
    """An answer with its JSON read."""
    return Reply(answer.status, answer.headers, json.loads(answer.text))


@contextmanager
def open_door(database: Database, secret: str | None = EVENTS_SECRET) -> Iterator[Sender]:
    """A screen whose door is open until the end of the block."""
    with serve_screen(Screen(database, SECRET, events_secret=secret)) as browser:
        yield Sender(browser)
