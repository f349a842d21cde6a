"""Follow the app's own database, as the settings name it."""

from collections.abc import Sequence
from datetime import timedelta

from database.connect import Database, connect
from database.settings import Settings
from ingestion.following.follow import FollowReport, follow_source
from ingestion.following.tables import SourceTable, read_contract_tables
from ingestion.report import ProgressCallback
from orchestration.loading import read_span


def choose_tables(settings: Settings) -> Sequence[SourceTable]:
    """Return the tables of the source, parents first."""
    return read_contract_tables(settings.source_schema)


def follow(
    database: Database,
    settings: Settings,
    *,
    seconds: float,
    progress: ProgressCallback | None = None,
) -> FollowReport | None:
    """Load what changed at the source, for so many seconds at most; None: no source is set.

    Raises SourceAwayError, FollowerBusyError.
    """
    if settings.source_url is None:
        return None
    with connect(database, "tat_ingest", autocommit=True) as warehouse:
        return follow_source(
            warehouse,
            settings.source_url.get_secret_value(),
            choose_tables(settings),
            seconds=seconds,
            span=read_span(),
            overlap=timedelta(seconds=settings.source_overlap),
            progress=progress,
        )
