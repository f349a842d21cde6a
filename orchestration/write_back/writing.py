"""Write what is queued: at the source first, and only then is it forgotten here.

A process that ends in between writes the same again, which changes nothing: alerts are written by
their alert_id.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import errors, sql
from psycopg.types.json import Jsonb

from database.statements import Row, fetch
from orchestration.write_back import load
from orchestration.write_back.keys import translate_keys
from orchestration.write_back.targets import ALERTS, LEVELS, TableName, Target, list_targets

ROWS_PER_BATCH = 1000
# The app's own work goes first: whoever holds a row for longer is waited for in the next pass.
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "20s"
READ = {ALERTS: "read_alerts", LEVELS: "read_flags"}
LONGEST_REASON = 500
# How a source refuses a row; all else is told of the source as a whole.
REFUSALS = (errors.IntegrityError, errors.DataError, errors.RaiseException)


@dataclass
class WriteBackReport:
    """Alerts and levels written, rows that the source refused, and whether more waits.

    `is_busy`: another process was writing, and nothing was done.
    """

    alerts: int = 0
    levels: int = 0
    refused: int = 0
    is_finished: bool = True
    is_busy: bool = False


@dataclass(frozen=True)
class QueuedRow:
    """A row of one of our tables that is to be written, and its places in the queue."""

    table_name: TableName
    row_key: str
    attempts: int
    places: list[str]


def write_back(
    warehouse: psycopg.Connection, source: psycopg.Connection, *, seconds: float | None = None
) -> WriteBackReport:
    """Write what waits, until nothing does or `seconds` have passed.

    `warehouse` is in the role tat_engine, `source` a login that may write; both are in autocommit
    mode. Raises psycopg.Error where the source is away or busy, or its table is another: what
    waits then waits on.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    report = WriteBackReport(is_finished=False)
    while not report.is_finished:
        with warehouse.transaction():
            warehouse.execute("set local timezone = 'UTC'")
            if not is_alone(warehouse):
                return WriteBackReport(is_busy=True)
            write_batch(warehouse, source, report)
        if deadline is not None and time.monotonic() > deadline:
            break
    return report


def is_alone(warehouse: psycopg.Connection) -> bool:
    """Whether no other process writes; none begins before this transaction ends."""
    (row,) = fetch(warehouse, load("try_lock"))
    return bool(row["is_alone"])


def write_batch(
    warehouse: psycopg.Connection, source: psycopg.Connection, report: WriteBackReport
) -> None:
    """Write what waits longest, and forget it in the caller's transaction."""
    rows = fetch(warehouse, load("take_unwritten"), {"limit": ROWS_PER_BATCH})
    queued = [QueuedRow(**row) for row in rows]
    for target in list_targets(warehouse):
        batch = [row for row in queued if row.table_name == target.table_name]
        if batch:
            write_rows(warehouse, source, target, batch, report)
    report.is_finished = not queued


def write_rows(
    warehouse: psycopg.Connection,
    source: psycopg.Connection,
    target: Target,
    batch: list[QueuedRow],
    report: WriteBackReport,
) -> None:
    """Write the rows of one table; where one is refused, those before and after it apart."""
    try:
        written = send_rows(warehouse, source, target, batch)
    except REFUSALS as refusal:
        if len(batch) == 1:
            put_off(warehouse, batch[0], refusal)
            report.refused += 1
            return
        half = len(batch) // 2
        write_rows(warehouse, source, target, batch[:half], report)
        write_rows(warehouse, source, target, batch[half:], report)
        return
    forget_written(warehouse, batch)
    if target.table_name == ALERTS:
        report.alerts += written
    else:
        report.levels += written


def send_rows(
    warehouse: psycopg.Connection,
    source: psycopg.Connection,
    target: Target,
    batch: Sequence[QueuedRow],
) -> int:
    """Write rows as they are now, in a transaction of the source; return how many there are."""
    keys = [row.row_key for row in batch]
    found = fetch(warehouse, load(READ[target.table_name]), {"keys": keys})
    with source.transaction():
        for name, value in (
            ("lock_timeout", LOCK_TIMEOUT),
            ("statement_timeout", STATEMENT_TIMEOUT),
        ):
            source.execute("select set_config(%s, %s, true)", (name, value))
        rows = translate_keys(source, target.lookups, [row["source_row"] for row in found])
        renamed = [rename_columns(row, target) for row in rows]
        source.execute(compose_write(target), {"rows": Jsonb(renamed)})
    return len(rows)


def rename_columns(row: Row, target: Target) -> Row:
    """Name the columns as the app does."""
    return {own: simplify(row[column]) for column, own in target.columns.items()}


def simplify(value: Any) -> Any:
    """Write whole numbers as such: 50.000 is no text that PostgreSQL reads as an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def compose_write(target: Target) -> sql.Composed:
    """Compose the statement that writes rows, which the source reads as rows of its table."""
    statement = sql.SQL(load("write_alerts" if target.table_name == ALERTS else "write_flags"))
    comma = sql.SQL(", ")
    given = "excluded" if target.table_name == ALERTS else "given"
    return statement.format(
        target=target.relation,
        key=sql.Identifier(target.key),
        columns=comma.join(map(sql.Identifier, target.columns.values())),
        assignments=comma.join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Identifier(given, name))
            for name in target.values
        ),
        written_columns=comma.join(sql.Identifier("written", name) for name in target.values),
        given_columns=comma.join(sql.Identifier("given", name) for name in target.values),
    )


def forget_written(warehouse: psycopg.Connection, batch: Sequence[QueuedRow]) -> None:
    """Take rows that the source has out of the queue."""
    places = [place for row in batch for place in row.places]
    warehouse.execute(load("forget_written"), {"places": places})


def put_off(warehouse: psycopg.Connection, row: QueuedRow, refusal: psycopg.Error) -> None:
    """Try a refused row later."""
    reason = str(refusal.diag.message_primary or refusal)[:LONGEST_REASON]
    warehouse.execute(load("put_off"), {"places": row.places, "reason": reason})
