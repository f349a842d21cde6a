"""Find the app's database and write to it what waits."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from database.connect import Database, connect
from database.settings import Settings
from ingestion.following.adopting import read_adoption
from ingestion.following.source import open_source
from orchestration.write_back.targets import list_targets
from orchestration.write_back.writing import WriteBackReport, write_back

# A batch that began in time may end.
LAST_BATCH_SECONDS = 30


class NoWriterError(ValueError):
    """No login may write to the app's database; the message says how one is set."""


def run_write_back(
    database: Database, settings: Settings, *, seconds: float
) -> WriteBackReport | None:
    """Write what waits to the app's tables, for so many seconds; None: that is switched off.

    Raises NoWriterError, SourceAwayError, psycopg.Error; what waits then waits on.
    """
    with connect(database, "tat_engine", autocommit=True) as warehouse:
        if not list_targets(warehouse):
            return None
        url = find_writer(warehouse, database, settings)
        with open_writer(url, seconds + LAST_BATCH_SECONDS) as source:
            return write_back(warehouse, source, seconds=seconds)


def find_writer(warehouse: psycopg.Connection, database: Database, settings: Settings) -> str:
    """Return the address of a login that may write, with its password; raises NoWriterError."""
    if settings.source_write_url is not None:
        return settings.source_write_url.get_secret_value()
    adoption = read_adoption(warehouse)
    if adoption is None or adoption.is_replicated:
        raise NoWriterError(
            "TAT_SOURCE_WRITE_URL is not set: give a login of the app's database that may write "
            "the tables of alerts and levels, such as postgresql://writer:password@host:5432/app."
        )
    return database.conninfo()


@contextmanager
def open_writer(url: str, seconds: float) -> Iterator[psycopg.Connection]:
    """Lend a connection that may write, for so many seconds at most; raises SourceAwayError."""
    with open_source(url, seconds=seconds) as source:
        source.connection.read_only = False
        yield source.connection
