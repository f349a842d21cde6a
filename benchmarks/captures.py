"""What triggers on the app's own tables cost its writes, beside the same writes without them."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from benchmarks.population import Progress
from database.connect import Database
from database.statements import load_statement
from ingestion.following.capturing import Capture, start_capture

LEVELS = 100_000
BULK = 1000
# How often each write is measured on either table, by its rows.
TIMES = {1: 2000, BULK: 60}
WRITES = (("insert", 1), ("update", 1), ("insert", BULK), ("update", BULK))
BARE, CAPTURED = "bare_levels", "approval_levels"


@dataclass(frozen=True)
class CaptureFigures:
    """One kind of write: median milliseconds of a statement that commits, without and with."""

    write: str
    rows: int
    bare_ms: float
    captured_ms: float

    @property
    def added_microseconds(self) -> float:
        """What a statement takes longer."""
        return (self.captured_ms - self.bare_ms) * 1000


def measure_captures(database: Database, progress: Progress) -> list[CaptureFigures]:
    """Write two tables of an app that are alike, of which one has triggers, by turns.

    Commits don't wait for the disk, whose milliseconds would hide what triggers cost.
    """
    progress(f"two tables of {LEVELS:,} levels of an app")
    with psycopg.connect(database.conninfo(), autocommit=True) as app:
        app.execute("create schema app")
        app.execute("set synchronous_commit = off")
        for table in (BARE, CAPTURED):
            create_table(app, table)
        start_capture(app, [Capture("app", CAPTURED, "approval_levels", "level_id")])
        return [measure_write(app, write, rows, progress) for write, rows in WRITES]


def create_table(app: psycopg.Connection, table: str) -> None:
    """Create one of the app's tables."""
    relation = sql.Identifier("app", table)
    create = sql.SQL(load_statement("benchmarks", "create_app_levels"))
    app.execute(create.format(relation=relation, rows=sql.Literal(LEVELS)))
    app.execute(sql.SQL("alter table {} add primary key (level_id)").format(relation))
    app.execute(sql.SQL("create index on {} (place)").format(relation))
    app.execute(sql.SQL("vacuum analyze {}").format(relation))


def measure_write(
    app: psycopg.Connection, write: str, rows: int, progress: Progress
) -> CaptureFigures:
    """Run one kind of write on both tables again and again."""
    progress(f"{write} {rows:,} rows, {TIMES[rows]:,} times on either table")
    taken: dict[str, list[float]] = {BARE: [], CAPTURED: []}
    for number in range(TIMES[rows]):
        first = 1 + number * rows % (LEVELS - rows)
        for table, figures in taken.items():
            figures.append(time_write(app, write, table, first, rows))
    return CaptureFigures(
        write, rows, statistics.median(taken[BARE]), statistics.median(taken[CAPTURED])
    )


def time_write(app: psycopg.Connection, write: str, table: str, first: int, rows: int) -> float:
    """Run one write; return its milliseconds."""
    statement = sql.SQL(load_statement("benchmarks", f"{write}_app_levels"))
    query = statement.format(relation=sql.Identifier("app", table)).as_string(app)
    parameters = {"first": first, "last": first + rows - 1}
    started = time.perf_counter()
    app.execute(query.encode(), parameters)
    return (time.perf_counter() - started) * 1000


def print_captures(figures: Sequence[CaptureFigures]) -> None:
    """Print what triggers cost as a table."""
    print("\nAn app's writes with triggers on its table (milliseconds of a statement)\n")
    print(f"{'write':>10}{'rows':>8}{'without':>12}{'with':>12}{'added':>12}{'a row':>12}")
    for row in figures:
        a_row = row.added_microseconds / row.rows
        print(
            f"{row.write:>10}{row.rows:>8,}{row.bare_ms:>12.3f}{row.captured_ms:>12.3f}"
            f"{row.added_microseconds:>9,.0f} µs{a_row:>9,.1f} µs"
        )
