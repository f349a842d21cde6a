"""Loading: a whole bundle in one transaction, all of it or nothing."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from psycopg import Connection, Rollback

from database.statements import load_statement
from ingestion.contract import TABLES
from ingestion.passes import LoadRun, load_table
from ingestion.prefetch import prefetch
from ingestion.quarantine import SourceChangedError, create_rejected
from ingestion.refusal import USUAL, LoadRefusedError, Refusal, Tolerance
from ingestion.report import LoadReport, ProgressCallback, TableResult, Tally
from ingestion.rows import RowSource
from ingestion.sources.bundle import open_bundle
from ingestion.sources.limits import BundleError
from ingestion.tables import DateSpan
from ingestion.validation import ValidatedChunk, validate_rows

# Of 50,000 rows each, or 16 million characters: some 110 MB of text.
CHUNKS_AHEAD = 10

__all__ = [
    "BundleError",
    "LoadRefusedError",
    "LoadReport",
    "ProgressCallback",
    "TableResult",
    "Tolerance",
    "load_bundle",
    "load_sources",
    "validate_bundle",
]


def load_bundle(
    connection: Connection,
    directory: Path,
    *,
    span: DateSpan | None = None,
    tolerance: Tolerance | None = USUAL,
    progress: ProgressCallback | None = None,
) -> LoadReport:
    """Load the bundle in `directory` through a connection in the role tat_ingest.

    Upserts by key in one transaction: a load that fails or is killed leaves nothing behind. Rows
    that break the contract go to tat.quarantine, as do those with a date outside `span` (None:
    from 1970 to ten years ahead); rows whose parent is missing wait there. Raises BundleError
    when the folder or a file can't be read, LoadRefusedError where more rows of a table are bad
    than `tolerance` allows (None: any may be).
    """
    bundle = open_bundle(directory)
    return load_sources(
        connection,
        str(directory),
        bundle.files,
        left_out=bundle.warnings,
        span=span,
        tolerance=tolerance,
        progress=progress,
    )


def validate_bundle(
    connection: Connection,
    directory: Path,
    *,
    span: DateSpan | None = None,
    tolerance: Tolerance | None = USUAL,
    progress: ProgressCallback | None = None,
) -> LoadReport:
    """Run the checks and counts of `load_bundle`, and change nothing.

    Raises BundleError as `load_bundle` does; what would be refused is in the report.
    """
    bundle = open_bundle(directory)
    report = progress or ignore_progress
    with connection.transaction():
        create_rejected(connection)
        run = LoadRun(connection, None, report, span or choose_span(), tolerance=tolerance)
        tallies = load_tables(run, bundle.files)
        raise Rollback
    return build_report(None, str(directory), tallies, bundle.warnings, run.refusals)


def load_sources(
    connection: Connection,
    name: str,
    sources: Mapping[str, RowSource],
    *,
    left_out: Iterable[str] = (),
    span: DateSpan | None = None,
    tolerance: Tolerance | None = USUAL,
    progress: ProgressCallback | None = None,
    is_live: bool = False,
    settle: Callable[[], None] | None = None,
) -> LoadReport:
    """Load rows by table from any source, in one transaction; loads run one after the other.

    `name` is the source in the batch log, `left_out` tells what of it is no table's. Rows of the
    live source hold as they are: older versions replace newer ones. `settle` runs once all are
    loaded, in the same transaction. Raises BundleError when a source can't be read,
    LoadRefusedError as `load_bundle` does.
    """
    notify = progress or ignore_progress
    with connection.transaction():
        lock_loads(connection, notify)
        batch_id = start_batch(connection, name)
        connection.execute(load_statement("ingestion", "suspend_references"))
        create_rejected(connection)
        try:
            run = LoadRun(
                connection,
                batch_id,
                notify,
                span or choose_span(),
                tolerance=tolerance,
                takes_older=is_live,
            )
            tallies = load_tables(run, sources)
        except SourceChangedError as error:
            raise BundleError(str(error)) from error
        if run.refusals:
            raise LoadRefusedError(run.refusals)
        report = build_report(batch_id, name, tallies, left_out)
        if settle is not None:
            settle()
        finish_batch(connection, report)
    return report


def choose_span() -> DateSpan:
    """Return the span of dates for which nobody set another."""
    return DateSpan.around(datetime.now(UTC).date())


def ignore_progress(stage: str, table: str, rows_done: int, rows_total: int) -> None:
    """Stand in where nobody watches."""


def lock_loads(connection: Connection, progress: ProgressCallback) -> None:
    """Take the lock that keeps loads apart until the transaction ends."""
    row = connection.execute(load_statement("ingestion", "try_load_lock")).fetchone()
    if row is None or not row[0]:
        progress("waiting", "", 0, 0)
        connection.execute(load_statement("ingestion", "wait_for_load_lock"))


def start_batch(connection: Connection, source: str) -> int:
    """Open a batch; return its id."""
    statement = load_statement("ingestion", "start_batch")
    row = connection.execute(statement, {"source": source}).fetchone()
    if row is None:
        raise RuntimeError("tat.load_batch returned no batch_id")
    return int(row[0])


def load_tables(run: LoadRun, sources: Mapping[str, RowSource]) -> list[Tally]:
    """Load each table, parents first; return the counts of those that had rows or a file.

    Rows are read and validated ahead, while PostgreSQL takes those before.
    """
    tallies = []
    with (
        pause_garbage_collection(),
        prefetch(read_sources(sources, run.span), CHUNKS_AHEAD) as chunks,
    ):
        for table in TABLES:
            tally = load_table(run, table, sources.get(table.name), iter(chunks.__next__, None))
            if table.name in sources or tally.read:
                tallies.append(tally)
    return tallies


def read_sources(
    sources: Mapping[str, RowSource], span: DateSpan
) -> Iterator[ValidatedChunk | None]:
    """Yield the chunks of all sources in load order, and None at the end of each."""
    for table in TABLES:
        if table.name in sources:
            yield from validate_rows(table, sources[table.name], span)
            yield None


@contextmanager
def pause_garbage_collection() -> Iterator[None]:
    """Keep the collector of cycles from looking through each chunk's rows again and again.

    It took a third of a load's processor time and found nothing: rows hold no cycles.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def build_report(
    batch_id: int | None,
    name: str,
    tallies: list[Tally],
    left_out: Iterable[str] = (),
    refusals: Iterable[Refusal] = (),
) -> LoadReport:
    """Gather the counts of the tables."""
    return LoadReport(
        batch_id=batch_id,
        source=name,
        tables=tuple(tally.freeze() for tally in tallies),
        left_out=tuple(left_out),
        refusals=tuple(line for refusal in refusals for line in refusal.describe()),
    )


def finish_batch(connection: Connection, report: LoadReport) -> None:
    """Log the results of a batch, refresh statistics where much changed, and close it."""
    for table in report.tables:
        connection.execute(
            load_statement("ingestion", "record_load_result"),
            {
                **vars(table),
                "batch_id": report.batch_id,
                "unknown_columns": list(table.unknown_columns),
            },
        )
        connection.execute(
            load_statement("ingestion", "refresh_statistics"),
            {"table": table.table, "rows_changed": table.loaded},
        )
    connection.execute(load_statement("ingestion", "finish_batch"), {"batch_id": report.batch_id})
