"""The rows in quarantine by hand: listed, shown, tried again, given up."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from psycopg import Connection, sql

from database.statements import Row, fetch, load_statement
from ingestion.contract import TABLES
from ingestion.incoming import compose
from ingestion.load import (
    build_report,
    choose_span,
    finish_batch,
    ignore_progress,
    lock_loads,
    start_batch,
)
from ingestion.passes import LoadRun, retry_rows
from ingestion.quarantine import create_rejected, list_chosen, list_ready
from ingestion.report import LoadReport, ProgressCallback, Tally
from ingestion.tables import DateSpan, Table

RETRY = "tat quarantine retry"


@dataclass(frozen=True)
class Choice:
    """Which unresolved rows: each given part narrows it. `reason` is found anywhere in a reason."""

    ids: list[int] | None = None
    table: str | None = None
    reason: str | None = None
    batch: int | None = None


class Grouping(StrEnum):
    """What quarantined rows are counted by, or each on its own."""

    REASON = "reason"
    TABLE = "table"
    LOAD = "load"
    ROW = "row"


STATEMENTS = {
    Grouping.REASON: "count_by_reason",
    Grouping.TABLE: "count_by_table",
    Grouping.LOAD: "count_by_load",
    Grouping.ROW: "list_quarantined",
}


@dataclass(frozen=True)
class Retried:
    """What became of rows that were tried again; those `kept` are still in quarantine."""

    report: LoadReport
    chosen: int
    kept: int


def list_held(connection: Connection, choice: Choice, grouping: Grouping, limit: int) -> list[Row]:
    """Return the chosen rows, counted or each on its own."""
    statement = compose(STATEMENTS[grouping], chosen=compose_choice())
    return fetch(connection, statement, {**asdict(choice), "limit": limit})


def compose_choice() -> sql.SQL:
    """Return the query of the chosen rows, which takes the parts of a Choice."""
    return sql.SQL(load_statement("ingestion", "choose_quarantined"))


def choose_ids(connection: Connection, choice: Choice) -> list[int]:
    """Return the ids of the chosen rows."""
    return [row["quarantine_id"] for row in fetch(connection, compose_choice(), asdict(choice))]


def show_held(connection: Connection, quarantine_id: int) -> Row:
    """Return all that is known of one row. Raises ValueError when there is none of this id."""
    statement = load_statement("ingestion", "show_quarantined")
    found = fetch(connection, statement, {"quarantine_id": quarantine_id})
    if not found:
        raise ValueError(f"No row in quarantine has the id {quarantine_id}.")
    return found[0]


def retry_held(
    connection: Connection,
    choice: Choice,
    *,
    span: DateSpan | None = None,
    progress: ProgressCallback | None = None,
) -> Retried:
    """Load the chosen rows again, by the same checks, in one transaction of the role tat_ingest.

    What still breaks them stays, with its reasons as of now. Rows that wait for one that lands
    follow it.
    """
    notify = progress or ignore_progress
    with connection.transaction():
        lock_loads(connection, notify)
        ids = choose_ids(connection, choice)
        batch_id = start_batch(connection, RETRY)
        create_rejected(connection)
        run = LoadRun(connection, batch_id, notify, span or choose_span())
        tallies = [retry_table(run, table, ids) for table in TABLES]
        report = build_report(batch_id, RETRY, [tally for tally in tallies if tally.read])
        finish_batch(connection, report)
        return Retried(report, len(ids), count_unresolved(connection, ids))


def retry_table(run: LoadRun, table: Table, ids: list[int]) -> Tally:
    """Load the chosen rows of a table, then those that wait for what has landed."""
    tally = Tally(table)
    for held in list_chosen(run.connection, table, ids):
        retry_rows(run, tally, held)
    for held in list_ready(run.connection, table):
        retry_rows(run, tally, held)
    return tally


def count_unresolved(connection: Connection, ids: list[int]) -> int:
    """Count those of some rows that are still kept out."""
    (row,) = fetch(connection, load_statement("ingestion", "count_unresolved"), {"ids": ids})
    return int(row["rows"])


def drop_held(connection: Connection, ids: list[int]) -> int:
    """Give up rows of the quarantine, which stay as a record; return how many."""
    statement = load_statement("ingestion", "drop_quarantined")
    return connection.execute(statement, {"ids": ids}).rowcount
