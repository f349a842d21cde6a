"""Follow the app's own database, as the settings name it, or the schema that was adopted."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread
from typing import Any

import psycopg
from pydantic import SecretStr

from database.connect import Database, connect
from database.settings import Settings
from database.statements import Rows
from ingestion.following.adopting import read_adoption
from ingestion.following.changes import NotLoadedError
from ingestion.following.follow import compare_source, follow_source
from ingestion.following.lock import FollowerBusyError
from ingestion.following.rounds import FollowReport
from ingestion.following.source import SourceAwayError, describe_address, open_source
from ingestion.following.state import note_failure
from ingestion.following.tables import SourceTable, read_contract_tables
from ingestion.mapping.errors import MappingError
from ingestion.report import ProgressCallback
from orchestration.capturing import MAPPING_SECONDS, choose_captures, undate
from orchestration.loading import read_span, read_tolerance
from orchestration.reading import fetch_rows

logger = logging.getLogger(__name__)

# What a tick waits for the source, whatever keeps that: a name that is looked up, a network.
BEFORE_A_TICK_SECONDS = 15
PATIENCE_SECONDS = 20
SOURCE_ERRORS = (SourceAwayError, FollowerBusyError, NotLoadedError, MappingError)


class NoSourceError(ValueError):
    """No source is set; the message says how one is."""


@dataclass(frozen=True)
class Followed:
    """What following did before a tick, in words; `report` is None where it failed."""

    words: str
    report: FollowReport | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all that had changed is loaded, of every table."""
        return self.report is not None and self.report.is_through and not self.report.faults


def choose_source(database: Database, settings: Settings) -> Settings:
    """Return the settings as they are where a schema of this database was adopted: with that."""
    with connect(database, "tat_ingest", autocommit=True) as warehouse:
        adoption = read_adoption(warehouse)
    if adoption is None:
        return settings
    url = SecretStr(database.conninfo())
    return settings.model_copy(update={"source_url": url, "source_schema": adoption.schema})


def choose_tables(settings: Settings, url: str) -> Sequence[SourceTable]:
    """Return the tables of the source, parents first.

    By TAT_SOURCE_MAPPING where it is set, which asks the source for its types. Raises
    MappingError where the file is at fault, SourceAwayError.
    """
    if settings.source_mapping is None:
        return read_contract_tables(settings.source_schema)
    # Reading YAML takes a fifth of a second to import, which other sources can do without.
    from ingestion.mapping.source import prepare_source_tables

    with open_source(url, seconds=MAPPING_SECONDS) as source:
        return prepare_source_tables(source.connection, settings.source_mapping)


def find_tables(
    warehouse: psycopg.Connection, settings: Settings, url: str
) -> Sequence[SourceTable]:
    """Return the tables of the source; note in the warehouse why that can't be done."""
    try:
        tables = choose_tables(settings, url)
    except (SourceAwayError, MappingError) as error:
        note_failure(warehouse, describe_address(url), str(error))
        raise
    return undate(tables) if read_adoption(warehouse) else tables


def find_source(settings: Settings) -> str:
    """Return the source's address with its password; raises NoSourceError."""
    if settings.source_url is None:
        raise NoSourceError(
            "There is no source to follow: set TAT_SOURCE_URL to the address of the approval "
            "app's database, such as postgresql://reader:password@host:5432/app. Where its tables "
            "stand in this database, name their schema: tat source adopt SCHEMA."
        )
    return settings.source_url.get_secret_value()


def follow(
    database: Database,
    settings: Settings,
    *,
    seconds: float,
    accept_bad: bool = False,
    progress: ProgressCallback | None = None,
) -> FollowReport:
    """Load what changed at the source, for so many seconds at most.

    A table of which too many rows are bad is left as it is, unless `accept_bad`. Raises
    NoSourceError, MappingError, SourceAwayError, FollowerBusyError, NotLoadedError.
    """
    settings = choose_source(database, settings)
    url = find_source(settings)
    with connect(database, "tat_ingest", autocommit=True) as warehouse:
        tables = find_tables(warehouse, settings, url)
        adoption = read_adoption(warehouse)
        return follow_source(
            warehouse,
            url,
            tables,
            captures=choose_captures(settings, url, adoption) if adoption else (),
            seconds=seconds,
            span=read_span(),
            overlap=timedelta(seconds=settings.source_overlap),
            tolerance=None if accept_bad else read_tolerance(),
            progress=progress,
        )


def compare(database: Database, settings: Settings, *, seconds: float) -> FollowReport:
    """Compare the tables that are due with the source, and load what differs; raises as follow."""
    settings = choose_source(database, settings)
    url = find_source(settings)
    with connect(database, "tat_ingest", autocommit=True) as warehouse:
        return compare_source(
            warehouse,
            url,
            find_tables(warehouse, settings, url),
            seconds=seconds,
            span=read_span(),
            tolerance=read_tolerance(),
        )


def follow_before_tick(database: Database, settings: Settings) -> Followed | None:
    """Load what changed at the source, unless that takes too long; None: there is no source.

    Raises nothing: whatever becomes of it, the tick goes on with what is known.
    """
    if choose_source(database, settings).source_url is None:
        return None
    outcome: list[Followed] = []
    run_for(PATIENCE_SECONDS, lambda: outcome.append(try_to_follow(database, settings)))
    if not outcome:
        return Followed(f"The source did not answer within {PATIENCE_SECONDS} s.")
    return outcome[0]


def run_for(seconds: float, action: Callable[[], None]) -> None:
    """Wait for an action so long; it may go on by itself."""
    thread = Thread(target=action, name="follower", daemon=True)
    thread.start()
    thread.join(seconds)


def try_to_follow(database: Database, settings: Settings) -> Followed:
    """Load what changed at the source, and say what came of it."""
    try:
        report = follow(database, settings, seconds=BEFORE_A_TICK_SECONDS)
    except SOURCE_ERRORS as error:
        return Followed(str(error))
    except Exception as error:
        logger.exception("Following the source failed.")
        return Followed(f"Following the source failed: {' '.join(str(error).split())}")
    return Followed(describe_report(report), report)


def describe_report(report: FollowReport) -> str:
    """Say in a few words what was loaded, what is left out and what is new."""
    loaded = report.loaded
    words = [
        f"{loaded.rows_loaded:,} rows of the source loaded."
        if loaded.rows_loaded
        else "Nothing new at the source."
    ]
    if loaded.rows_gone:
        words.append(f"{loaded.rows_gone:,} are gone there.")
    if loaded.rows_quarantined or loaded.rows_waiting:
        words.append(
            f"{loaded.rows_quarantined:,} quarantined, {loaded.rows_waiting:,} wait for a parent."
        )
    if not report.is_through:
        words.append("More is to be read.")
    words += [f"Not followed: {fault}" for fault in report.faults.values()]
    words += [
        f"New there and not followed: {table}.{column}."
        for table, columns in report.fresh_columns.items()
        for column in columns
    ]
    return " ".join(words)


def describe_source(health: Mapping[str, Any], tables: Rows) -> str:
    """Say whether the source is followed, or since when not and why, and what is left out."""
    where = f"The source ({health['address']})"
    if health["failed_at"] is not None:
        since = f"{health['failed_at']:%Y-%m-%d %H:%M:%S %Z}"
        return f"Not followed since {since}. {health['failure']}"
    reasons = [row["reason"] for row in tables if row["reason"]]
    if reasons:
        return "\n".join([*reasons, f"{where} is followed but for that."])
    if health["followed_at"] is None:
        return f"{where} is being loaded for the first time."
    behind = f"all that had changed was loaded {health['seconds_behind']} s ago"
    if not health["is_followed"]:
        return f"{where} is not followed now: {behind}. Start Dagster with `tat up`."
    return f"{where} is followed: {behind}."


def is_comparison_due(database: Database, settings: Settings) -> bool:
    """Whether a table is to be compared with the source again."""
    if choose_source(database, settings).source_url is None:
        return False
    (due,) = fetch_rows(database, "count_due_tables")
    return due["tables"] > 0
