"""Land a bundle and settle it: derive its clocks and record what its levels have crossed."""

from dataclasses import dataclass
from pathlib import Path

from ingestion.database import Database, connect
from ingestion.load import LoadReport, ProgressCallback, load_bundle

from orchestration.alerts.tick import ProgressCallback as TickProgressCallback
from orchestration.alerts.tick import TickReport, read_database_time, run_ticks


@dataclass(frozen=True)
class SettledLoad:
    """What landed, and the ticks that followed."""

    load: LoadReport
    ticks: TickReport


def load_and_settle(
    database: Database,
    directory: Path,
    *,
    load_progress: ProgressCallback | None = None,
    tick_progress: TickProgressCallback | None = None,
) -> SettledLoad:
    """Load the bundle in `directory`, then tick until nothing is left to record.

    Raises ingestion's BundleError when the bundle cannot be read.
    """
    with connect(database, "tat_ingest") as connection:
        load = load_bundle(connection, directory, progress=load_progress)
    return SettledLoad(load, settle_database(database, progress=tick_progress))


def settle_database(
    database: Database, *, progress: TickProgressCallback | None = None
) -> TickReport:
    """Tick as of now until nothing is left to record."""
    with connect(database, "tat_engine", autocommit=True) as connection:
        as_of = read_database_time(connection)
        return run_ticks(connection, as_of, origin="load", progress=progress)
