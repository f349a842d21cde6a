"""Load a bundle, derive its clocks and record what its levels have crossed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from database.connect import Database, connect
from database.settings import load_settings
from ingestion.load import LoadReport, ProgressCallback, Tolerance, load_bundle
from ingestion.tables import DateSpan
from orchestration.engine.tick import ProgressCallback as TickProgressCallback
from orchestration.engine.tick import TickReport, read_database_time, run_ticks
from orchestration.warehouse.facts import refresh_facts


@dataclass(frozen=True)
class SettledLoad:
    """What landed, if a bundle was given, and the ticks that followed."""

    load: LoadReport | None
    ticks: TickReport


def load_and_settle(
    database: Database, directory: Path | None, *, accept_bad: bool = False
) -> SettledLoad:
    """Load the bundle in `directory`, if any, then tick until nothing is left to record.

    Raises ingestion's BundleError when the bundle cannot be read, or is refused since too many of
    its rows are bad, unless `accept_bad`.
    """
    load = land_bundle(database, directory, accept_bad=accept_bad) if directory else None
    return SettledLoad(load, settle_database(database))


def land_bundle(
    database: Database,
    directory: Path,
    *,
    accept_bad: bool = False,
    progress: ProgressCallback | None = None,
) -> LoadReport:
    """Load the bundle in `directory` in one transaction; raises BundleError."""
    with connect(database, "tat_ingest") as connection:
        return load_bundle(
            connection,
            directory,
            span=read_span(),
            tolerance=None if accept_bad else read_tolerance(),
            progress=progress,
        )


def read_tolerance() -> Tolerance:
    """Return from how many bad rows on a load is refused, by the settings. Raises SettingsError."""
    settings = load_settings()
    return Tolerance(settings.refuse_percent, settings.refuse_rows)


def read_span() -> DateSpan:
    """Return the days that rows may name, by the settings. Raises SettingsError."""
    settings = load_settings()
    return DateSpan.around(
        datetime.now(UTC).date(),
        earliest_year=settings.earliest_year,
        years_ahead=settings.years_ahead,
    )


def settle_database(
    database: Database, *, progress: TickProgressCallback | None = None
) -> TickReport:
    """Tick as of now until nothing is left to record, then store what changed."""
    with connect(database, "tat_engine", autocommit=True) as connection:
        as_of = read_database_time(connection)
        report = run_ticks(connection, as_of, origin="load", progress=progress)
    refresh_facts(database)
    return report
