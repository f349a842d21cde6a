"""Passes: the rows of one source through judging, checking and merging into their table."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from psycopg import Connection, sql

from ingestion.contract import Table
from ingestion.expectations.claims import describe_duplicate, describe_overlap, describe_unknown
from ingestion.incoming import (
    Misfit,
    MisfitCounts,
    compose,
    create_incoming,
    list_misfits,
    take_misfits,
)
from ingestion.merge import Changes, merge_incoming
from ingestion.quarantine import (
    Reject,
    WaitingRows,
    hold_rejects,
    list_ready,
    quarantine_rejects,
    read_misfits,
    resolve_quarantined,
    resolve_retried,
)
from ingestion.report import ProgressCallback, Tally
from ingestion.rows import HeldRows, RowSource
from ingestion.staging import JudgedChunk, copy_good_rows, judge_chunk


@dataclass(frozen=True)
class LoadRun:
    """What all passes of a load share. `batch_id` is None in a dry run, which writes nothing."""

    connection: Connection
    batch_id: int | None
    progress: ProgressCallback

    @property
    def is_dry_run(self) -> bool:
        """Whether the load only validates."""
        return self.batch_id is None

    def hold(self, table: Table, rejects: list[Reject]) -> None:
        """Hand rows to quarantine."""
        if rejects and not self.is_dry_run:
            hold_rejects(self.connection, table, rejects)


@dataclass
class StagedPass:
    """What is known of a pass once its rows are staged."""

    given: set[str] = field(default_factory=set)
    rows: int = 0
    bad_row_ids: set[int] = field(default_factory=set)


def load_table(run: LoadRun, table: Table, source: RowSource | None) -> Tally:
    """Land a table's rows of a source, if it has any, then the waiting rows that can land now."""
    tally = Tally(table)
    if source is not None:
        load_rows(run, tally, source)
    for waiting in list_ready(run.connection, table):
        retry_rows(run, tally, waiting)
    return tally


def load_rows(run: LoadRun, tally: Tally, source: RowSource) -> None:
    """Land the rows of a source; count each of them once."""
    staged = stage_rows(run, tally, source)
    run.progress("merging", tally.table.name, staged.rows, staged.rows)
    counts = take_misfits(run.connection, tally.table)
    count_misfits(tally, counts)
    if counts.duplicates or counts.overlaps or counts.waiting:
        reject_misfits(run, tally.table, source, list_misfits(run.connection))
    changes = merge_incoming(run.connection, tally.table, staged.given, is_dry_run=run.is_dry_run)
    add_changes(tally, changes)
    if run.batch_id is None:
        accept_incoming(run.connection, tally.table)
        return
    quarantine_rejects(run.connection, tally.table, run.batch_id)
    resolve_quarantined(run.connection, tally.table, run.batch_id)


def stage_rows(run: LoadRun, tally: Tally, source: RowSource) -> StagedPass:
    """Copy the good rows of a source into the pass and hand the bad ones to quarantine."""
    create_incoming(run.connection, tally.table)
    staged = StagedPass()
    for chunk in source.read():
        tally.note_columns(chunk.columns)
        judged = judge_chunk(tally.table, chunk)
        stage_chunk(run, tally, judged, staged)
        run.progress("reading", tally.table.name, staged.rows, source.estimate_rows(staged.rows))
    return staged


def stage_chunk(run: LoadRun, tally: Tally, judged: JudgedChunk, staged: StagedPass) -> None:
    """Stage one chunk and count it."""
    copy_good_rows(run.connection, tally.table, judged, staged.rows)
    rejects = list(judged.list_rejects())
    run.hold(tally.table, rejects)
    for reject in rejects:
        tally.note_reasons(reject.reasons)
    staged.given.update(judged.parsed)
    staged.bad_row_ids.update(staged.rows + index for index in judged.reasons)
    staged.rows += len(judged.chunk.row_numbers)
    tally.read += len(judged.chunk.row_numbers) + len(judged.chunk.broken)
    tally.quarantined += len(rejects)
    tally.mapped_keys += judged.mapped_keys


def count_misfits(tally: Tally, counts: MisfitCounts) -> None:
    """Count the rows that were taken out of a pass."""
    tally.quarantined += counts.duplicates + counts.overlaps
    tally.waiting += counts.waiting
    if counts.duplicates:
        tally.reasons[describe_duplicate(tally.table).rule] += counts.duplicates
    if counts.overlaps:
        tally.reasons[describe_overlap(tally.table).rule] += counts.overlaps
    for column, rows in counts.by_column.items():
        if rows:
            tally.reasons[describe_unknown(column, "").rule] += rows


def reject_misfits(
    run: LoadRun, table: Table, source: RowSource, misfits: Iterator[Misfit]
) -> None:
    """Hand the rows that were taken out of a pass to quarantine."""
    if not run.is_dry_run:
        for rejects in read_misfits(table, source, misfits):
            run.hold(table, rejects)


def retry_rows(run: LoadRun, tally: Tally, waiting: WaitingRows) -> None:
    """Land waiting rows whose parent has come; what still does not fit stays in quarantine.

    Only rows that land are counted. Of several versions of a row the newest lands, and settles
    the others.
    """
    attempt = Tally(tally.table)
    source = HeldRows(waiting.chunk)
    staged = stage_rows(run, attempt, source)
    take_misfits(run.connection, tally.table)
    misfits = [misfit for misfit in list_misfits(run.connection) if not misfit.is_duplicate]
    reject_misfits(run, tally.table, source, iter(misfits))
    changes = merge_incoming(run.connection, tally.table, staged.given, is_dry_run=run.is_dry_run)
    add_changes(tally, changes)
    tally.read += sum(changes)
    if run.batch_id is None:
        accept_incoming(run.connection, tally.table)
        return
    quarantine_rejects(run.connection, tally.table, run.batch_id)
    kept_out = staged.bad_row_ids.union(misfit.row_id for misfit in misfits)
    resolve_retried(run.connection, settle_ids(waiting, kept_out))


def settle_ids(waiting: WaitingRows, kept_out: set[int]) -> list[int]:
    """Return the quarantine ids of the rows that are not kept out again."""
    return [
        quarantine_id
        for row_id, quarantine_id in enumerate(waiting.quarantine_ids)
        if row_id not in kept_out
    ]


def add_changes(tally: Tally, changes: Changes) -> None:
    """Count what a merge did."""
    tally.inserted += changes.inserted
    tally.updated += changes.updated
    tally.unchanged += changes.unchanged


def accept_incoming(connection: Connection, table: Table) -> None:
    """Remember the keys that a dry run would have landed."""
    connection.execute(
        compose("accept_incoming", key=sql.Identifier(table.key)), {"table": table.name}
    )
