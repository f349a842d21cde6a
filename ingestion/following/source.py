"""The app's own database: read, never written, and given up on where it does not answer."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from os import dup
from time import monotonic
from typing import Any, Literal

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from database.statements import Query, Row, fetch, load_statement

# A server that is away is given up on before a tick is due.
CONNECT_SECONDS = 5
# A connection that nothing comes through is dropped by the kernel, on both sides.
KEEPALIVE = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
# A lock that the app holds for long, as its migrations do, is not waited for.
LOCK_TIMEOUT = "2s"

Isolation = Literal["read committed", "repeatable read"]


class SourceAwayError(RuntimeError):
    """The source can't be reached, or went away while it was read; the message says which."""


class SourceSlowError(SourceAwayError):
    """The source did not answer in the time that there was."""


@dataclass
class Source:
    """An open connection to the source, its address without the password, and what was read."""

    connection: psycopg.Connection
    address: str
    ends_at: float
    statements: int = 0
    rows: int = 0
    is_cut: bool = field(default=False, repr=False)

    @property
    def seconds_left(self) -> float:
        """How long it may still be read."""
        return self.ends_at - monotonic()

    def fetch(self, query: Query, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Return the rows of a query by column name."""
        self.statements += 1
        return fetch(self.connection, query, parameters)

    def copy(self, query: sql.Composed) -> Iterator[bytes]:
        """Yield the blocks of a COPY to standard output."""
        self.statements += 1
        with self.connection.cursor() as cursor, cursor.copy(query) as copy:
            yield from map(bytes, copy)

    @contextmanager
    def read(self, isolation: Isolation = "read committed") -> Iterator[None]:
        """Open a read-only transaction, whose settings end with it.

        So nothing of ours is left where connections are shared by a pooler.
        """
        self.connection.isolation_level = (
            psycopg.IsolationLevel.REPEATABLE_READ
            if isolation == "repeatable read"
            else psycopg.IsolationLevel.READ_COMMITTED
        )
        with self.connection.transaction():
            timeout = f"{max(int(self.seconds_left * 1000), 1)}ms"
            statement = load_statement("ingestion.following", "begin_reading")
            self.fetch(statement, {"statement_timeout": timeout, "lock_timeout": LOCK_TIMEOUT})
            yield


@contextmanager
def open_source(url: str, *, seconds: float) -> Iterator[Source]:
    """Lend a read-only connection to the source for so many seconds at most, then cut it.

    Raises SourceAwayError when it can't be reached or is lost, SourceSlowError when time is up.
    """
    address = describe_address(url)
    try:
        connection = psycopg.connect(complete_url(url, seconds), autocommit=True)
    except psycopg.OperationalError as error:
        raise SourceAwayError(describe_failure(address, error)) from None
    source = Source(connection, address, monotonic() + seconds)
    connection.read_only = True
    connection.prepare_threshold = None
    watchdog = threading.Timer(seconds, cut, [source])
    watchdog.daemon = True
    watchdog.start()
    try:
        yield source
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise explain_loss(source, error) from None
    finally:
        watchdog.cancel()
        connection.close()


def explain_loss(source: Source, error: psycopg.Error) -> Exception:
    """Return what a failure is called: it may be another connection's, such as the warehouse's."""
    if source.is_cut or isinstance(error, psycopg.errors.QueryCanceled):
        return SourceSlowError(f"The source ({source.address}) did not answer in time.")
    if source.connection.broken:
        return SourceAwayError(describe_failure(source.address, error))
    return error


def cut(source: Source) -> None:
    """End a connection under whoever waits for it: a network may swallow all that is sent."""
    source.is_cut = True
    # It may have ended by itself at this moment.
    with (
        suppress(OSError, psycopg.Error),
        socket.socket(fileno=dup(source.connection.fileno())) as line,
    ):
        line.shutdown(socket.SHUT_RDWR)


def complete_url(url: str, seconds: float) -> str:
    """Return the address with our name and patience, where it does not say its own."""
    given = conninfo_to_dict(url)
    timeout = str(max(min(CONNECT_SECONDS, int(seconds)), 2))
    ours = {"application_name": "turnaround", "connect_timeout": timeout, **KEEPALIVE}
    return make_conninfo(url, **{name: text for name, text in ours.items() if name not in given})


def describe_address(url: str) -> str:
    """Name the source without its password, such as reader@db.example.com:5432/app."""
    given = conninfo_to_dict(url)
    place = f"{given.get('host', 'localhost')}:{given.get('port', '5432')}"
    return f"{given.get('user', '')}@{place}/{given.get('dbname', '')}".removeprefix("@")


def describe_failure(address: str, error: psycopg.Error) -> str:
    """Say that the source is away, with libpq's reason, which never holds the password."""
    return f"The source ({address}) is away: {' '.join(str(error).split())}"
