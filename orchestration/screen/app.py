"""The web application: who asks, what they may see, and the answers to everything else."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import BoundedSemaphore
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from database.connect import Database, DatabaseError
from orchestration.screen.door import Door
from orchestration.screen.pages import (
    HEADERS,
    STYLE_SHEET,
    show_message,
    show_queue,
    show_request,
)
from orchestration.screen.reading import (
    Person,
    find_person,
    find_request,
    open_reader,
    read_queue,
    read_request,
)
from orchestration.screen.tokens import verify

logger = logging.getLogger(__name__)

LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")
# Each page takes two connections, and the database has other readers.
PAGES_AT_ONCE = 8
LONGEST_NUMBER = 200
NOTHING = (
    "There is nothing here for you",
    "The link may have ended, the request may not exist, or you take no part in it. "
    "Ask whoever sent you the link for a new one.",
)


@dataclass(frozen=True)
class Visitor:
    """Who asks. A token for one request opens no other and no queue."""

    person: Person
    token: str | None = None
    only_request: UUID | None = None


@dataclass(frozen=True)
class Screen:
    """The database, the secret of links, the header in which a proxy says who asks, the secret of
    events.
    """

    database: Database
    secret: str = field(repr=False)
    user_header: str | None = None
    url: str | None = None
    events_secret: str | None = field(default=None, repr=False)
    places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(PAGES_AT_ONCE))

    def build_app(self) -> Starlette:
        """The application; it answers only to the names of this machine and that of `url`."""
        name = urlsplit(self.url).hostname if self.url else None
        return Starlette(
            routes=[
                Route("/", go_to_queue),
                Route("/queue", self.answer_queue),
                Route("/requests/{number:path}", self.answer_request),
                Route("/screen.css", answer_style),
                *Door(self.database, self.events_secret).list_routes(),
            ],
            middleware=[
                Middleware(
                    TrustedHostMiddleware,
                    allowed_hosts=[*LOOPBACK, *([name] if name else [])],
                    www_redirect=False,
                )
            ],
            exception_handlers={
                HTTPException: answer_error,
                psycopg.Error: answer_unavailable,
                DatabaseError: answer_unavailable,
                Exception: answer_fault,
            },
        )

    def answer_queue(self, request: Request) -> Response:
        """What waits for the person who asks."""
        with self.admit(request) as (engine, visitor):
            if visitor.only_request is not None:
                raise HTTPException(404)
            queue = read_queue(self.database, engine, visitor.person)
        return show_queue(queue, visitor.person, visitor.token)

    def answer_request(self, request: Request) -> Response:
        """One request, if the person who asks may see it."""
        number = request.path_params["number"]
        if "\0" in number or len(number) > LONGEST_NUMBER:
            raise HTTPException(404)
        with self.admit(request) as (engine, visitor):
            request_id = find_request(engine, visitor.person, number)
            if request_id is None or visitor.only_request not in (None, request_id):
                raise HTTPException(404)
            page = read_request(self.database, engine, request_id)
        if page is None:
            raise HTTPException(404)
        return show_request(page, visitor.person, visitor.token, visitor.only_request is None)

    @contextmanager
    def admit(self, request: Request) -> Iterator[tuple[psycopg.Connection, Visitor]]:
        """A reading connection of the engine and who asks; HTTPException 404 if nobody is known."""
        named = self.read_header(request.headers.getlist(self.user_header or ""))
        token = request.query_params.get("token", "")
        grant = None if named else verify(token, self.secret, datetime.now(UTC))
        if not named and grant is None:
            raise HTTPException(404)
        with self.places, open_reader(self.database, "tat_engine") as engine:
            user_id = grant.user_id if grant else None
            person = find_person(engine, user_id=user_id, email=named)
            if person is None:
                raise HTTPException(404)
            if grant is None:
                yield engine, Visitor(person)
            else:
                yield engine, Visitor(person, token, grant.request_id)

    def read_header(self, values: list[str]) -> str | None:
        """The address that the proxy gives; HTTPException 404 where somebody else gave one too."""
        if self.user_header is None or not values:
            return None
        if len(values) > 1 or "\0" in values[0]:
            raise HTTPException(404)
        return values[0].strip() or None


async def go_to_queue(request: Request) -> Response:
    """The queue is the first page."""
    return RedirectResponse("/queue", headers=HEADERS)


async def answer_style(request: Request) -> Response:
    """The style sheet, the only file that pages need."""
    return FileResponse(
        STYLE_SHEET,
        media_type="text/css",
        headers={**HEADERS, "Cache-Control": "public, max-age=300"},
    )


async def answer_error(request: Request, error: Exception) -> Response:
    """The same page for what is not there and what is not for this person."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return show_message(404, *NOTHING)
    response = show_message(error.status_code, error.detail, "These pages can only be read.")
    response.headers.update(error.headers or {})
    return response


async def answer_unavailable(request: Request, error: Exception) -> Response:
    """The database does not answer, has no views yet, or refuses."""
    logger.warning("%s: %s", type(error).__name__, str(error).strip().partition("\n")[0])
    is_gone = isinstance(error, (psycopg.OperationalError, DatabaseError))
    text = WHY_UNAVAILABLE.get(type(error), NO_ANSWER if is_gone else IN_LOG)
    return show_message(503, "This page can't be shown now", text)


async def answer_fault(request: Request, error: Exception) -> Response:
    """Our own mistake; the server logs it."""
    return show_message(500, "This page can't be shown", IN_LOG)


IN_LOG = "The cause is in the log of tat screen."
NO_ANSWER = "The database does not answer. Try again in a minute."
NOT_BUILT = "The views are not built yet: an operator runs `tat build`."
WHY_UNAVAILABLE: Mapping[type[Exception], str] = {
    psycopg.errors.UndefinedTable: NOT_BUILT,
    psycopg.errors.InvalidSchemaName: NOT_BUILT,
    psycopg.errors.InsufficientPrivilege: NOT_BUILT,
    psycopg.errors.QueryCanceled: "It took too long. Try again in a minute.",
}
