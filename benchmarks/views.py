"""What the views cost over a company's two years, beside naive ones and bare scans."""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.dashboards import DASHBOARDS
from benchmarks.edits import time_seconds
from benchmarks.population import Progress
from benchmarks.questions import QUERIES, Query
from benchmarks.ticks import check_count, measure
from benchmarks.warehouse_population import populate_warehouse
from database.children import environment_for_children
from database.connect import (
    Database,
    connect,
    connect_as_superuser,
)
from database.statements import load_statement
from orchestration.dagster_process import LIVE
from orchestration.paths import DBT_EXECUTABLE, DBT_PROJECT_DIR
from orchestration.warehouse.built_models import (
    BUILD,
    TEST_SCOPE,
    TestScope,
    choose_test_scope,
    digest_project,
    remember_built_models,
)
from orchestration.warehouse.facts import refresh_facts

ROUNDS = 7
# Enough rounds for a median of what is quick; one for what is not.
LONG_MS = 5000
# As many as change in some minutes of a busy day.
CHANGED = 100


@dataclass(frozen=True)
class QueryFigures:
    """Median milliseconds of one query, beside what one would write first and a bare scan.

    `changed_ms` is with changes that wait to be stored, `naive_ms` with views that store nothing
    (None where the query reads no view), `scan_ms` a scan of the table that it is about.
    """

    query: str
    query_ms: float
    changed_ms: float
    naive_ms: float | None
    scan_ms: float


@dataclass(frozen=True)
class DashboardFigures:
    """Milliseconds that the questions of a dashboard take one after the other: medians, added up.

    `changed_ms` is with changes that wait to be stored, `slowest` the question that takes the most.
    """

    dashboard: str
    questions: int
    query_ms: float
    changed_ms: float
    slowest: str
    slowest_ms: float


@dataclass(frozen=True)
class ViewFigures:
    """A warehouse of `requests` requests: what building it takes, in seconds, and asking it.

    A full build makes every table and runs every test, unit tests too; the incremental one, as
    Dagster runs it, follows `changed` requests that changed. `refresh_seconds` is what the sensor
    takes to store as many.
    """

    requests: int
    changed: int
    build_seconds: float
    incremental_build_seconds: float
    refresh_seconds: float
    queries: list[QueryFigures]
    dashboards: list[DashboardFigures]


def measure_views(database: Database, home: Path, requests: int, progress: Progress) -> ViewFigures:
    """Generate so many requests in a fresh database, build the models and time the queries."""
    base = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    populate_warehouse(database, requests, base, progress)
    progress("dbt build, with all tests")
    build_seconds = time_build(database, home / "target", "all", ("build",))
    remember_built_models(database, digest_project())
    queries = measure_queries(database, progress)
    dashboards = measure_dashboards(database, progress)
    change_requests(database, CHANGED)
    progress(f"store {CHANGED} changed requests")
    refresh_seconds, report = time_seconds(lambda: refresh_facts(database))
    check_count(report.requests_stored, CHANGED)
    change_requests(database, CHANGED)
    scope = choose_test_scope(database)
    progress(f"dbt build again, with the tests of {scope} rows")
    return ViewFigures(
        requests=requests,
        changed=CHANGED,
        build_seconds=build_seconds,
        incremental_build_seconds=time_build(database, home / "target", scope, BUILD),
        refresh_seconds=refresh_seconds,
        queries=queries,
        dashboards=dashboards,
    )


def measure_queries(database: Database, progress: Progress) -> list[QueryFigures]:
    """Time every query as it is, with changes waiting, naively, and beside a bare scan."""
    create_naive_views(database)
    with connect(database, "tat_dbt", autocommit=True) as reader:
        scans = {table: time_scan(reader, table) for table, _ in QUERIES.values()}
    with connect(database, "tat_bi", autocommit=True) as analyst:
        # As most BI tools ask: each time anew.
        analyst.prepare_threshold = None
        taken = time_queries(analyst, QUERIES, progress)
        change_requests(database, CHANGED)
        changed = time_queries(analyst, QUERIES, progress)
        refresh_facts(database)
        analyst.execute("set search_path = naive, tat")
        naive = time_queries(analyst, [name for name in QUERIES if "vw_" in ask(name)], progress)
    return [
        QueryFigures(name, taken[name], changed[name], naive.get(name), scans[table])
        for name, (table, _) in QUERIES.items()
    ]


def measure_dashboards(database: Database, progress: Progress) -> list[DashboardFigures]:
    """Time every question of each dashboard as it is, and with changes waiting."""
    with connect(database, "tat_bi", autocommit=True) as analyst:
        analyst.prepare_threshold = None
        taken = time_dashboards(analyst, progress)
        change_requests(database, CHANGED)
        changed = time_dashboards(analyst, progress)
    refresh_facts(database)
    figures = []
    for dashboard, questions in DASHBOARDS.items():
        slowest = max(questions, key=taken[dashboard].__getitem__)
        total, changed_total = (sum(times[dashboard].values()) for times in (taken, changed))
        slowest_ms = taken[dashboard][slowest]
        figures.append(
            DashboardFigures(dashboard, len(questions), total, changed_total, slowest, slowest_ms)
        )
    return figures


def time_dashboards(analyst: psycopg.Connection, progress: Progress) -> dict[str, dict[str, float]]:
    """The median milliseconds of each question of each dashboard."""
    times: dict[str, dict[str, float]] = {}
    for dashboard, questions in DASHBOARDS.items():
        progress(f"dashboard: {dashboard}")
        times[dashboard] = {
            question: time_query(analyst, query) for question, query in questions.items()
        }
    return times


def time_queries(
    connection: psycopg.Connection, names: Iterable[str], progress: Progress
) -> dict[str, float]:
    """The median milliseconds of each known query."""
    times = {}
    for name in names:
        progress(name)
        times[name] = time_query(connection, ask(name))
    return times


def ask(name: str) -> Query:
    """The query of that name."""
    return QUERIES[name][1]


def create_naive_views(database: Database) -> None:
    """Create the views of the schema `naive`, for the analyst to read."""
    assert database.home is not None
    with connect_as_superuser(database.home, database.name) as connection:
        connection.execute(load_statement("benchmarks", "create_naive_views"))


def change_requests(database: Database, count: int) -> None:
    """Change so many requests, spread over the years, as the approval app would."""
    with connect(database, "tat_owner", autocommit=True) as owner:
        changed = owner.execute(load_statement("benchmarks", "change_requests"), {"count": count})
        check_count(changed.rowcount, count)


def time_build(
    database: Database, target: Path, scope: TestScope, arguments: tuple[str, ...]
) -> float:
    """Time a build with dbt. Raises CalledProcessError with dbt's words if it fails."""
    environment = os.environ | environment_for_children(database) | {TEST_SCOPE: scope}
    environment |= LIVE | {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target)}
    command = [str(DBT_EXECUTABLE), "--quiet", *arguments, "--profiles-dir", "."]
    seconds, _ = time_seconds(
        lambda: subprocess.run(
            command, cwd=DBT_PROJECT_DIR, env=environment, check=True, stdout=sys.stderr
        )
    )
    return seconds


def time_query(connection: psycopg.Connection, query: Query) -> float:
    """The median of several runs in milliseconds; a long query runs once."""
    taken: list[float] = []
    while not taken or (len(taken) < ROUNDS and taken[0] <= LONG_MS):
        taken.append(measure(lambda: connection.execute(query).fetchall())[0])
    return statistics.median(taken)


def time_scan(connection: psycopg.Connection, table: str) -> float:
    """Milliseconds that a bare sequential scan of a table takes, the second time."""
    statement = sql.SQL("select count(*) from {} as scanned where scanned is not null").format(
        sql.Identifier(*table.split("."))
    )
    connection.execute(statement)
    milliseconds, _ = measure(lambda: connection.execute(statement))
    return milliseconds
