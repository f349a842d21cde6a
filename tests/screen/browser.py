"""A served screen, and what somebody asks of it over HTTP, byte for byte."""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from threading import Thread
from uuid import UUID

from database.connect import Database
from orchestration.screen.app import Screen
from orchestration.screen.serving import build_server, listen
from orchestration.screen.tokens import Grant, sign

SECRET = "a secret of the tests, long enough"
NOON = "2026-03-05T12:00:00+05:30"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Browser:
    """Asks one server."""

    port: int

    def ask(
        self,
        path: str,
        *headers: tuple[str, str],
        method: str = "GET",
        host: str = "127.0.0.1",
        body: bytes | None = None,
    ) -> Answer:
        """Send a path and a body as they are; nothing is made tidy on the way."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host=True)
        for name, value in (("Host", f"{host}:{self.port}"), *headers):
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        answer = Answer(
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            response.read().decode(),
        )
        connection.close()
        return answer


def make_token(
    person: str,
    request: int | None = None,
    *,
    lasts: timedelta = timedelta(hours=1),
    secret: str = SECRET,
) -> str:
    """A token for the person whose key ends in `person`: for one request, or for the queue."""
    grant = Grant(
        UUID(f"{person:0>32}"),
        UUID(int=request) if request else None,
        datetime.now(UTC) + lasts,
    )
    return sign(grant, secret)


def set_present(database: Database, instant: str) -> Database:
    """The database as seen by sessions whose present is this instant."""
    return replace(
        database, parameters=(*database.parameters, ("options", f"-c tat.as_of={instant}"))
    )


@contextmanager
def serve(database: Database, user_header: str | None = None) -> Iterator[Browser]:
    """Serve the screen as of noon on a free port until the end of the block."""
    screen = Screen(set_present(database, NOON), SECRET, user_header, "https://tat.example.org")
    with serve_screen(screen) as browser:
        yield browser


@contextmanager
def serve_screen(screen: Screen) -> Iterator[Browser]:
    """Serve a screen on a free port, as `tat screen` does, until the end of the block."""
    listening: socket.socket = listen("127.0.0.1", 0)
    server = build_server(screen)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield Browser(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()
