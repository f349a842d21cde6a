"""Passes: the rows of one source through validation and checks into their table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from psycopg import Connection, sql

from ingestion.contract import USERS
from ingestion.incoming import (
    UnmergedCounts,
    UnmergedRow,
    compose,
    create_incoming,
    list_unmerged,
    take_unmerged,
)
from ingestion.merge import Changes, merge_incoming
from ingestion.quarantine import (
    Reject,
    WaitingRows,
    copy_rejects,
    list_ready,
    quarantine_rejects,
    read_unmerged,
    resolve_quarantined,
    resolve_retried,
)
from ingestion.reasons import describe_duplicate, describe_overlap, describe_unknown
from ingestion.refusal import Refusal, Tolerance, count_superseded, judge
from ingestion.report import ProgressCallback, Tally
from ingestion.rows import HeldRows, RowSource
from ingestion.soft_rules import MergedPass
from ingestion.tables import DateSpan, Table
from ingestion.validation import ValidatedChunk, validate_rows


@dataclass(frozen=True)
class LoadRun:
    """What all passes of a load share. `batch_id` is None in a dry run, which writes nothing.

    `tolerance` None refuses nothing; `refusals` are those so far. Rows read from the live source
    are what is true now: such a load `takes_older` versions too.
    """

    connection: Connection
    batch_id: int | None
    progress: ProgressCallback
    span: DateSpan
    tolerance: Tolerance | None = None
    refusals: list[Refusal] = field(default_factory=list)
    takes_older: bool = False

    @property
    def is_dry_run(self) -> bool:
        """Whether the load only validates."""
        return self.batch_id is None

    @property
    def is_refused(self) -> bool:
        """Whether nothing more is merged: a load that is refused only counts what is left."""
        return bool(self.refusals) and not self.is_dry_run

    def judge(self, tally: Tally) -> None:
        """Note a table that has too many bad rows."""
        refusal = judge(tally, self.tolerance)
        if refusal is not None:
            self.refusals.append(refusal)

    def reject(self, table: Table, rejects: list[Reject]) -> None:
        """Hand rows to quarantine."""
        if rejects and not self.is_dry_run:
            copy_rejects(self.connection, table, rejects)


@dataclass
class StagedPass:
    """What is known of a pass once its rows are staged."""

    given: set[str] = field(default_factory=set)
    rows: int = 0


def load_table(
    run: LoadRun, table: Table, source: RowSource | None, chunks: Iterable[ValidatedChunk]
) -> Tally:
    """Load a table's rows, if its source has any, then the waiting ones whose parent is there.

    `chunks` are the rows of `source`, which is read again for rows that can't be merged.
    """
    tally = Tally(table)
    if source is not None:
        load_rows(run, tally, source, chunks)
    if run.is_refused:
        return tally
    for waiting in list_ready(run.connection, table):
        retry_rows(run, tally, waiting)
    return tally


def load_rows(
    run: LoadRun, tally: Tally, source: RowSource, chunks: Iterable[ValidatedChunk]
) -> None:
    """Load the rows of a source; count each of them once."""
    staged = stage_rows(run, tally, chunks)
    run.progress("merging", tally.table.name, staged.rows, staged.rows)
    counts = take_unmerged(run.connection, tally.table)
    count_unmerged(tally, counts)
    if counts.duplicates:
        tally.superseded += count_superseded(run.connection, tally.table)
    run.judge(tally)
    if run.is_refused:
        return
    if counts.duplicates or counts.overlaps or counts.waiting:
        reject_unmerged(run, tally.table, source, list_unmerged(run.connection))
    changes = merge_incoming(
        run.connection,
        tally.table,
        staged.given,
        is_dry_run=run.is_dry_run,
        takes_older=run.takes_older,
    )
    add_changes(tally, changes)
    note_oddities(run, tally, staged)
    if run.batch_id is None:
        accept_incoming(run.connection, tally.table)
        return
    quarantine_rejects(run.connection, tally.table, run.batch_id)
    resolve_quarantined(run.connection, tally.table, run.batch_id)


def stage_rows(run: LoadRun, tally: Tally, chunks: Iterable[ValidatedChunk]) -> StagedPass:
    """Copy the good rows of a source into the pass and hand the bad ones to quarantine."""
    create_incoming(run.connection, tally.table)
    staged = StagedPass()
    for chunk in chunks:
        stage_chunk(run, tally, chunk, staged)
        run.progress("reading", tally.table.name, staged.rows, chunk.rows_in_all)
    return staged


def stage_chunk(run: LoadRun, tally: Tally, chunk: ValidatedChunk, staged: StagedPass) -> None:
    """Stage one chunk and count it."""
    copy_lines(run.connection, chunk)
    run.reject(tally.table, chunk.rejects)
    for reject in chunk.rejects:
        tally.note_reasons(reject.row_number, reject.reasons)
    staged.given.update(column.name for column in chunk.columns)
    staged.rows += chunk.row_count
    tally.note_columns(chunk.names)
    tally.read += chunk.row_count + len(chunk.rejects) - len(chunk.bad_row_ids)
    tally.quarantined += len(chunk.rejects)
    tally.mapped_keys += chunk.mapped_keys
    tally.rounded.update(chunk.rounded)


def copy_lines(connection: Connection, chunk: ValidatedChunk) -> None:
    """Copy the good rows of a chunk into the pass."""
    names = ["row_id", *(column.name for column in chunk.columns)]
    column_names = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = compose("copy_incoming", column_names=column_names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(chunk.lines)


def count_unmerged(tally: Tally, counts: UnmergedCounts) -> None:
    """Count the rows that were taken out of a pass."""
    tally.quarantined += counts.duplicates + counts.overlaps
    tally.waiting += counts.waiting
    if counts.duplicates:
        tally.reasons[describe_duplicate(tally.table).rule] += counts.duplicates
    if counts.overlaps:
        tally.reasons[describe_overlap(tally.table).rule] += counts.overlaps
    for column, rows in counts.by_column.items():
        if rows:
            tally.reasons[describe_unknown(tally.table.column(column), "").rule] += rows


def reject_unmerged(
    run: LoadRun, table: Table, source: RowSource, unmerged: Iterator[UnmergedRow]
) -> None:
    """Hand the rows that were taken out of a pass to quarantine."""
    if not run.is_dry_run:
        for rejects in read_unmerged(table, source, unmerged):
            run.reject(table, rejects)


def retry_rows(run: LoadRun, tally: Tally, waiting: WaitingRows) -> None:
    """Load waiting rows whose parent has come; what still can't be stays in quarantine.

    Only rows that are loaded are counted. Of several versions of a row the newest is loaded,
    and resolves the others.
    """
    attempt = Tally(tally.table)
    source = HeldRows(waiting.chunk)
    chunks = list(validate_rows(tally.table, source, run.span))
    staged = stage_rows(run, attempt, chunks)
    take_unmerged(run.connection, tally.table)
    unmerged = [row for row in list_unmerged(run.connection) if not row.is_duplicate]
    reject_unmerged(run, tally.table, source, iter(unmerged))
    changes = merge_incoming(run.connection, tally.table, staged.given, is_dry_run=run.is_dry_run)
    add_changes(tally, changes)
    tally.read += sum(changes)
    note_oddities(run, tally, staged)
    if run.batch_id is None:
        accept_incoming(run.connection, tally.table)
        return
    quarantine_rejects(run.connection, tally.table, run.batch_id)
    rejected = {row.row_id for row in unmerged}.union(*(chunk.bad_row_ids for chunk in chunks))
    resolve_retried(run.connection, list_resolved(waiting, rejected))


def note_oddities(run: LoadRun, tally: Tally, staged: StagedPass) -> None:
    """Note what is odd in the merged rows of a pass, and what they are beside the loaded ones."""
    if not staged.rows:
        return
    merged = MergedPass(run.connection, tally.table, staged.given, run.is_dry_run)
    for rule in tally.table.soft_rules:
        tally.note_breaches(rule, merged.count_breaches(rule))
    if tally.table is USERS:
        tally.alike.extend(merged.list_alike_departments())


def list_resolved(waiting: WaitingRows, rejected: set[int]) -> list[int]:
    """Return the quarantine ids of the rows that are not rejected again."""
    return [
        quarantine_id
        for row_id, quarantine_id in enumerate(waiting.quarantine_ids)
        if row_id not in rejected
    ]


def add_changes(tally: Tally, changes: Changes) -> None:
    """Count what a merge did."""
    tally.inserted += changes.inserted
    tally.updated += changes.updated
    tally.unchanged += changes.unchanged


def accept_incoming(connection: Connection, table: Table) -> None:
    """Remember the keys that a dry run would have loaded."""
    connection.execute(
        compose("accept_incoming", key=sql.Identifier(table.key)), {"table": table.name}
    )
