"""The HTTP door: signed events of rows, for apps whose database may not be read."""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore

import psycopg
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from database.connect import Database, DatabaseError, connect
from ingestion.events import EVENT_BYTES, EventError, read_event
from ingestion.refusal import LoadRefusedError
from ingestion.schema import build_schema
from ingestion.taking import Answer, RepeatedEventError, take_event
from orchestration.loading import read_span, read_tolerance
from orchestration.screen.problems import ProblemError, ask_to_wait
from orchestration.signing import (
    ID_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    SignatureError,
    check_envelope,
    check_signature,
)

logger = logging.getLogger(__name__)

APPLICATION = "tat events"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# Bodies are in the memory before it is known who sent them.
BODIES_AT_ONCE = 32
# Loads run one after the other: more would only wait, each with a connection.
EVENTS_AT_ONCE = 4
BODY_SECONDS = 30
# How long an event waits for a load that runs, and how long a statement of it may take.
LOCK_SECONDS = 20
STATEMENT_SECONDS = 60
AGAIN = "Send the event again with the same id."
CLOSED = "The door is closed: TAT_EVENTS_SECRET is not set"


@dataclass(frozen=True)
class Door:
    """Takes events that are signed with `secret`; None: it is closed."""

    database: Database
    secret: str | None = field(default=None, repr=False)
    bodies: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(BODIES_AT_ONCE))
    events: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(EVENTS_AT_ONCE))

    def list_routes(self) -> list[Route]:
        """The addresses of the door."""
        return [
            Route("/events", self.answer_event, methods=METHODS),
            Route("/events/schema", answer_schema),
        ]

    async def answer_event(self, request: Request) -> Response:
        """Take an event and say what became of each row, or else what is wrong."""
        try:
            return JSONResponse(await self.receive(request), headers={"Cache-Control": "no-store"})
        except ProblemError as problem:
            logger.warning("An event was not taken (%s): %s", problem.status, problem)
            return problem.respond()

    async def receive(self, request: Request) -> Answer:
        """Find out who sends, read the body, and take its rows. Raises ProblemError."""
        if self.secret is None:
            raise ProblemError(503, f"{CLOSED}.")
        refuse_form(request)
        names = (ID_HEADER, TIME_HEADER, SIGNATURE_HEADER)
        message_id, timestamp, signatures = (read_header(request, name) for name in names)
        with refuse_unsigned():
            check_envelope(message_id, timestamp, signatures, time.time())
        with take_place(self.bodies):
            body = await read_body(request)
        with refuse_unsigned():
            check_signature(self.secret, message_id, timestamp, signatures, body)
        with take_place(self.events):
            return await run_in_threadpool(self.take, message_id, body)

    def take(self, message_id: str, body: bytes) -> Answer:
        """Load the rows of a body, as the role that loads bundles. Raises ProblemError."""
        with explain_errors():
            event = read_event(message_id, body)
            with connect(
                self.database, "tat_ingest", autocommit=True, application_name=APPLICATION
            ) as connection:
                limit_time(connection)
                return take_event(connection, event, span=read_span(), tolerance=read_tolerance())


async def answer_schema(request: Request) -> Response:
    """What an event may hold."""
    return JSONResponse(build_schema(), media_type="application/schema+json")


def refuse_form(request: Request) -> None:
    """Raise ProblemError for what the headers tell to be no event."""
    if request.method != "POST":
        raise ProblemError(405, "Events are sent by POST.", headers={"Allow": "POST"})
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.strip().replace('"', "")
    if kind.strip() != "application/json" or charset not in ("", "charset=utf-8"):
        raise ProblemError(415, "The Content-Type must be application/json, in UTF-8.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise ProblemError(415, "The body must not be compressed.")
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or len(length) > 10 or int(length) > EVENT_BYTES:
        raise ProblemError(413, TOO_LARGE)


TOO_LARGE = f"An event may have {EVENT_BYTES:,} bytes. Split its rows over several events."


def read_header(request: Request, name: str) -> str:
    """A header that comes once, "" where it is missing. Raises ProblemError."""
    values = request.headers.getlist(name)
    if len(values) > 1:
        raise ProblemError(400, f"{name} comes more than once.")
    return values[0] if values else ""


async def read_body(request: Request) -> bytes:
    """The body. Raises ProblemError where it is too long or too slow."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > EVENT_BYTES:
                    raise ProblemError(413, TOO_LARGE)
    except TimeoutError:
        raise ProblemError(408, f"The body took longer than {BODY_SECONDS} s.") from None
    except ClientDisconnect:
        raise ProblemError(400, "The body broke off.") from None
    return bytes(body)


@contextmanager
def take_place(places: BoundedSemaphore) -> Iterator[None]:
    """Hold one of some places. Raises ProblemError where all are taken."""
    if not places.acquire(blocking=False):
        raise ask_to_wait(f"Too many events at once. {AGAIN}", 1)
    try:
        yield
    finally:
        places.release()


def limit_time(connection: psycopg.Connection) -> None:
    """Let no event wait, or keep others waiting, for long."""
    connection.execute(
        "select set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false)",
        [f"{LOCK_SECONDS}s", f"{STATEMENT_SECONDS}s"],
    )


@contextmanager
def refuse_unsigned() -> Iterator[None]:
    """Raise ProblemError for a call that is not signed as it must be."""
    try:
        yield
    except SignatureError as error:
        raise ProblemError(
            401, str(error), headers={"WWW-Authenticate": "Webhook-Signature"}
        ) from None


@contextmanager
def explain_errors() -> Iterator[None]:
    """Raise ProblemError in place of an error that the sender can mend, or that is over later."""
    try:
        yield
    except EventError as error:
        raise ProblemError(400, str(error), pointer=error.pointer) from None
    except RecursionError:
        raise ProblemError(400, "The body is nested too deeply.", pointer="") from None
    except RepeatedEventError as error:
        raise ProblemError(409, str(error)) from None
    except LoadRefusedError as error:
        raise ProblemError(
            422,
            "Too many rows are bad, so that none was taken. Mend them and send the event again.",
            errors=[line for refusal in error.refusals for line in refusal.describe()],
        ) from None
    except (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled):
        raise ask_to_wait(f"Another load runs. {AGAIN}", 30) from None
    except (psycopg.OperationalError, DatabaseError) as error:
        logger.warning("%s", " ".join(str(error).split()))
        raise ask_to_wait(f"The database does not answer. {AGAIN}", 60) from None
    except Exception as error:
        logger.exception("%s", type(error).__name__)
        raise ProblemError(500, "The cause is in the log of tat screen. " + AGAIN) from None
