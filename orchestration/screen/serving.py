"""Serving the screen, and links to it."""

import secrets
import socket
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import uvicorn

from database.connect import Database
from database.settings import Settings
from database.statements import fetch
from orchestration.screen import load
from orchestration.screen.app import Screen
from orchestration.screen.reading import find_person, find_request, open_reader
from orchestration.screen.tokens import Grant, sign

DEFAULT_PORT = 3001
NO_SECRET = (
    "TAT_SCREEN_SECRET is not set, so nothing can sign a link that lasts. "
    "Put it into .env: echo TAT_SCREEN_SECRET=$(openssl rand -hex 32) >> .env"
)


class ScreenError(ValueError):
    """The screen can't be served, or a link can't be made."""


def read_secret(settings: Settings) -> str | None:
    """The secret of links, None where it is not set."""
    return settings.screen_secret.get_secret_value() if settings.screen_secret else None


def make_secret() -> str:
    """A secret for one run."""
    return secrets.token_hex(32)


def listen(host: str, port: int) -> socket.socket:
    """A socket on this address. Raises ScreenError when it is taken or not of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ScreenError(
            f"Nothing can listen on {host}:{port} ({error.strerror}): try another --port."
        ) from None
    return listening


def build_server(screen: Screen) -> uvicorn.Server:
    """The web server; it logs no addresses, since these hold tokens, and trusts no forwarding."""
    return uvicorn.Server(
        uvicorn.Config(
            screen.build_app(),
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
        )
    )


def make_link(
    database: Database,
    base: str,
    secret: str,
    *,
    email: str,
    request_number: str | None = None,
    lasts: timedelta,
) -> str:
    """A link for a person to one request, or to their queue. Raises ScreenError."""
    with open_reader(database, "tat_engine") as connection:
        person = find_person(connection, email=email)
        if person is None:
            raise ScreenError(f"There is no one active user with the address {email!r}.")
        request_id = None
        if request_number is not None:
            request_id = find_request(connection, person, request_number)
            if request_id is None:
                raise ScreenError(
                    f"{person.name} takes no part in a request {request_number!r}, "
                    "so the link would open nothing."
                )
    token = sign(Grant(person.user_id, request_id, datetime.now(UTC) + lasts), secret)
    path = f"/requests/{quote(request_number, safe='')}" if request_number else "/queue"
    return f"{base}{path}?token={token}"


def find_busiest(database: Database) -> str | None:
    """The address of the approver with most levels in progress."""
    with open_reader(database, "tat_engine") as connection:
        found = fetch(connection, load("find_busiest_person"))
    return found[0]["email"] if found else None
