"""What following an app's own database costs: the first load, a minute, and how late alerts are."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import psycopg
from psycopg import sql

from benchmarks.population import Progress
from benchmarks.warehouse_population import populate_warehouse
from database.connect import Database, connect, connect_as_superuser
from database.statements import load_statement
from ingestion.contract import TABLES
from ingestion.following.follow import compare_source, follow_source
from ingestion.following.rounds import FollowReport
from ingestion.following.tables import read_contract_tables
from orchestration.engine.tick import read_database_time, run_ticks

Result = TypeVar("Result")

CHANGED = 10_000
ROUND_SECONDS = 600
# Levels that start so shortly before their threshold, one every few seconds.
BEFORE_THRESHOLD = timedelta(seconds=5)
STARTED = 12
EVERY_SECONDS = 5
MINUTE = 60
INDEXED = ("users", "workflow_requests", "approval_levels")


@dataclass(frozen=True)
class MinuteFigures:
    """One round: seconds of reading and loading and of the tick after, and what the source gave."""

    follow_seconds: float
    tick_seconds: float
    statements: int
    rows_read: int


@dataclass(frozen=True)
class FollowFigures:
    """Seconds of the first load and of a bare COPY of the same rows, of a comparison, and rounds.

    `load_memory_mb` and `copy_memory_mb` are the most that their processes took. Lateness is that
    of alerts whose levels changed at the source five seconds before their threshold.
    """

    rows: int
    load_seconds: float
    load_memory_mb: float
    copy_seconds: float
    copy_memory_mb: float
    compare_seconds: float
    idle: MinuteFigures
    changed: MinuteFigures
    indexed: MinuteFigures
    lateness_p50_seconds: float
    lateness_max_seconds: float

    @property
    def load_per_copy(self) -> float:
        """How many times longer the first load takes than the bare COPY."""
        return self.load_seconds / self.copy_seconds


class IncompleteFollowingError(RuntimeError):
    """Not everything that the source holds was loaded."""


def measure_following(
    source: Database, warehouse: Database, requests: int, progress: Progress
) -> FollowFigures:
    """Fill a source with so many requests and follow it from an empty warehouse."""
    populate_warehouse(source, requests, datetime.now(UTC), progress)
    assert source.home is not None
    with connect_as_superuser(source.home, source.name) as app:
        rows = count_rows(app)
        progress(f"COPY {rows:,} rows")
        copy_seconds, copy_memory = run_apart(copy_tables, source, warehouse)
        progress(f"load {rows:,} rows")
        load_seconds, load_memory = run_apart(load_first, source, warehouse)
        check_rows(warehouse, rows)
        settle(warehouse)
        progress("follow for a minute in which nothing changed")
        idle = run_minute(source, warehouse)
        progress(f"follow a change of {CHANGED:,} levels")
        changed = change_levels(app, source, warehouse)
        progress("the same with indexes on updated_at")
        for table in INDEXED:
            name = sql.Identifier("workflow", table)
            app.execute(sql.SQL("create index on {} (updated_at)").format(name))
        indexed = change_levels(app, source, warehouse)
        progress("compare whole tables")
        compare_seconds, _ = run_apart(compare_tables, source, warehouse)
        progress(f"start {STARTED} levels, one every {EVERY_SECONDS} s")
        lateness = measure_lateness(app, source, warehouse)
    return FollowFigures(
        rows=rows,
        load_seconds=load_seconds,
        load_memory_mb=load_memory,
        copy_seconds=copy_seconds,
        copy_memory_mb=copy_memory,
        compare_seconds=compare_seconds,
        idle=idle,
        changed=changed,
        indexed=indexed,
        lateness_p50_seconds=lateness[len(lateness) // 2],
        lateness_max_seconds=lateness[-1],
    )


def run_apart(
    action: Callable[[Database, Database], None], source: Database, warehouse: Database
) -> tuple[float, float]:
    """Run in a process of its own; return its seconds, and its memory at most in MB."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(measure_action, action, source, warehouse).result()


def measure_action(
    action: Callable[[Database, Database], None], source: Database, warehouse: Database
) -> tuple[float, float]:
    """Run an action; return its seconds and the memory of this process at most, in MB."""
    started = time.perf_counter()
    action(source, warehouse)
    seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def copy_tables(source: Database, warehouse: Database) -> None:
    """Send what a COPY of each table gives on to a bare table, without keys and indexes."""
    with (
        connect(source, "tat_owner") as reader,
        connect(warehouse, "tat_owner") as writer,
        writer.transaction(force_rollback=True),
    ):
        for table in TABLES:
            name, bare = sql.Identifier(table.name), sql.Identifier("bare_" + table.name)
            create = sql.SQL("create table tat.{} (like workflow.{})")
            writer.execute(create.format(bare, name))
            read = sql.SQL("copy workflow.{} to stdout").format(name)
            write = sql.SQL("copy tat.{} from stdin").format(bare)
            with reader.cursor().copy(read) as rows, writer.cursor().copy(write) as copy:
                for block in rows:
                    copy.write(block)


def load_first(source: Database, warehouse: Database) -> None:
    """Follow until everything is loaded."""
    while not follow(source, warehouse).is_through:
        pass


def follow(source: Database, warehouse: Database) -> FollowReport:
    """Run one round."""
    with connect(warehouse, "tat_ingest", autocommit=True) as connection:
        tables = read_contract_tables("workflow")
        return follow_source(connection, source.url(), tables, seconds=ROUND_SECONDS)


def compare_tables(source: Database, warehouse: Database) -> None:
    """Compare all tables with the source, which must find nothing."""
    with connect(warehouse, "tat_ingest", autocommit=True) as connection:
        tables = read_contract_tables("workflow")
        report = compare_source(connection, source.url(), tables, seconds=ROUND_SECONDS)
    if report.rows_read or report.faults:
        raise IncompleteFollowingError(f"The comparison found {report.rows_read:,} rows.")


def settle(warehouse: Database) -> float:
    """Tick until nothing is left; return the seconds that took."""
    started = time.perf_counter()
    with connect(warehouse, "tat_engine", autocommit=True) as connection:
        run_ticks(connection, read_database_time(connection), origin="command")
    return time.perf_counter() - started


def run_minute(source: Database, warehouse: Database) -> MinuteFigures:
    """Follow and tick, as the sensor does each minute."""
    started = time.perf_counter()
    report = follow(source, warehouse)
    seconds = time.perf_counter() - started
    return MinuteFigures(seconds, settle(warehouse), report.statements, report.rows_read)


def change_levels(app: psycopg.Connection, source: Database, warehouse: Database) -> MinuteFigures:
    """Change levels at the source, and follow that."""
    app.execute(load_statement("benchmarks", "change_followed"), {"levels": CHANGED})
    figures = run_minute(source, warehouse)
    if figures.rows_read < CHANGED:
        raise IncompleteFollowingError(f"{figures.rows_read:,} rows were read.")
    return figures


def measure_lateness(app: psycopg.Connection, source: Database, warehouse: Database) -> list[float]:
    """Start levels shortly before their threshold; return how late their alerts are, sorted.

    A round comes every minute, as the sensor's do, whatever the levels do.
    """
    app.execute(load_statement("benchmarks", "add_followed"), {"levels": STARTED})
    run_minute(source, warehouse)
    due = time.monotonic() + MINUTE
    for number in range(1, STARTED + 1):
        parameters = {"number": number, "before_threshold": BEFORE_THRESHOLD}
        app.execute(load_statement("benchmarks", "start_followed"), parameters)
        time.sleep(EVERY_SECONDS)
    for _ in range(2):
        time.sleep(max(due - time.monotonic(), 0))
        run_minute(source, warehouse)
        due += MINUTE
    with connect(warehouse, "tat_engine", autocommit=True) as engine:
        found = engine.execute(load_statement("benchmarks", "read_followed")).fetchall()
    if len(found) != STARTED:
        raise IncompleteFollowingError(f"{len(found)} of {STARTED} alerts were recorded.")
    return sorted(float(row[0]) for row in found)


def count_rows(connection: psycopg.Connection) -> int:
    """How many rows the tables of the contract have."""
    total = 0
    for table in TABLES:
        query = sql.SQL("select count(*) from workflow.{}").format(sql.Identifier(table.name))
        row = connection.execute(query).fetchone()
        total += row[0] if row else 0
    return total


def check_rows(warehouse: Database, expected: int) -> None:
    """Raise IncompleteFollowingError unless every row arrived."""
    with connect(warehouse, "tat_engine", autocommit=True) as connection:
        found = count_rows(connection)
    if found != expected:
        raise IncompleteFollowingError(f"{found:,} rows were loaded, not {expected:,}.")


def print_following(figures: FollowFigures) -> None:
    """Print what following costs."""
    print(f"\nFollowing a source of {figures.rows:,} rows\n")
    rate = figures.rows / figures.load_seconds
    lines = {
        "bare COPY": f"{figures.copy_seconds:,.1f} s, {figures.copy_memory_mb:,.0f} MB",
        "first load": f"{figures.load_seconds:,.1f} s ({figures.load_per_copy:.1f}x), "
        f"{rate:,.0f} rows a second, {figures.load_memory_mb:,.0f} MB at most",
        "a minute without changes": describe_minute(figures.idle),
        "10,000 levels changed": describe_minute(figures.changed),
        "the same with indexes on updated_at": describe_minute(figures.indexed),
        "comparison of whole tables": f"{figures.compare_seconds:,.1f} s",
        "alert of a change 5 s before": f"p50 {figures.lateness_p50_seconds:,.1f} s late, "
        f"at most {figures.lateness_max_seconds:,.1f} s",
    }
    for name, value in lines.items():
        print(f"{name:>40}  {value}")


def describe_minute(figures: MinuteFigures) -> str:
    """What one round took and asked."""
    return (
        f"{figures.follow_seconds:,.2f} s and {figures.tick_seconds:,.2f} s of tick; "
        f"{figures.statements} statements, {figures.rows_read:,} rows read"
    )
