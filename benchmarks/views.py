"""What the views cost over a company's two years: known queries, a page of each, whole tables."""

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from benchmarks.edits import time_seconds
from benchmarks.population import Progress
from benchmarks.ticks import measure
from benchmarks.warehouse_population import populate_warehouse
from ingestion.database import Database, connect, environment_for_children
from orchestration.paths import DBT_EXECUTABLE, DBT_PROJECT_DIR

ROUNDS = 5
# Enough rounds for a median of what is quick; one for what is not.
LONG_MS = 5000

Query = LiteralString

# The table that each query reads at least once; scanning it bare is the floor.
REQUESTS, LEVELS = "workflow.workflow_requests", "workflow.approval_levels"
ALERTS, DAYS = "tat.tat_alerts", "marts.fct_daily_metrics"

QUERIES: dict[str, tuple[str, Query]] = {
    "known: alerts of a request": (
        ALERTS,
        "select alert_type, threshold_percentage, alert_sent_at, alert_message from tat_alerts"
        " where request_id = md5('request 1000')::uuid order by alert_sent_at",
    ),
    "known: reminders of a level": (
        ALERTS,
        "select alert_type, alert_sent_at from tat_alerts"
        " where request_id = md5('request 1000')::uuid"
        " and level_id = md5('level 1000 1')::uuid order by threshold_percentage",
    ),
    "known: compliance rate": (
        LEVELS,
        "select round(count(case when completed_within_tat = true then 1 end) * 100.0"
        " / nullif(count(case when completed_within_tat is not null then 1 end), 0), 2)"
        " from vw_tat_compliance",
    ),
    "known: leaderboard": (
        LEVELS,
        "select approver_name, department, round(tat_compliance_percentage, 2), approved_count,"
        " round(avg_response_time_hours, 2), breaches_count from vw_approver_performance"
        " where total_assignments > 0 order by tat_compliance_percentage desc limit 10",
    ),
    "known: departments": (
        REQUESTS,
        "select department, total_requests, approved_requests,"
        " round(approved_requests * 100.0 / nullif(total_requests, 0), 2),"
        " round(avg_cycle_time_hours / 24, 2) from vw_department_summary"
        " where department is not null order by total_requests desc",
    ),
    "page: requests": (
        REQUESTS,
        "select * from vw_request_volume_summary where department = 'Department 3'"
        " and submission_month = date_trunc('month', now() - interval '1 month')::date"
        " order by submission_date desc limit 50",
    ),
    "page: compliance": (
        LEVELS,
        "select * from vw_tat_compliance where department = 'Department 3'"
        " and level_end_time >= now() - interval '1 month'"
        " order by level_end_time desc limit 50",
    ),
    "page: approvers": (
        LEVELS,
        "select * from vw_approver_performance where department = 'Department 3'"
        " order by decided_count desc limit 50",
    ),
    "page: alerts": (
        ALERTS,
        "select * from vw_tat_alerts_summary where department = 'Department 3'"
        " and alert_sent_at >= now() - interval '1 month' order by alert_sent_at desc limit 50",
    ),
    "page: departments": (
        REQUESTS,
        "select * from vw_department_summary where department = 'Department 3'",
    ),
    "page: days": (
        DAYS,
        "select * from vw_daily_kpi_metrics where kpi_date >= current_date - 30"
        " order by kpi_date limit 50",
    ),
    "page: aging": (
        REQUESTS,
        "select * from vw_workflow_aging where department = 'Department 3'"
        " order by age_hours desc limit 50",
    ),
    "page: engagement": (
        "workflow.work_notes",
        "select * from vw_engagement_metrics where department = 'Department 3'"
        " and last_activity_at >= now() - interval '1 month'"
        " order by last_activity_at desc limit 50",
    ),
    "whole: requests": (
        REQUESTS,
        "select department, status, count(*), avg(cycle_time_hours)"
        " from vw_request_volume_summary group by department, status",
    ),
    "whole: compliance": (
        LEVELS,
        "select tat_status, count(*), avg(tat_hours_elapsed) from vw_tat_compliance"
        " group by tat_status",
    ),
    "whole: alerts": (
        ALERTS,
        "select alert_type, count(*), avg(response_time_hours) from vw_tat_alerts_summary"
        " group by alert_type",
    ),
    "whole: aging": (
        REQUESTS,
        "select aging_bucket, count(*), count(*) filter (where is_delayed)"
        " from vw_workflow_aging group by aging_bucket",
    ),
    "whole: engagement": (
        "workflow.work_notes",
        "select department, sum(work_notes_count), avg(spectator_participation_percentage)"
        " from vw_engagement_metrics group by department",
    ),
    "whole: days": (
        DAYS,
        "select sum(levels_completed), sum(alerts_100_sent) from vw_daily_kpi_metrics",
    ),
}


@dataclass(frozen=True)
class QueryFigures:
    """Milliseconds: the median of one query, and a bare scan of the table it is about."""

    query: str
    query_ms: float
    scan_ms: float


@dataclass(frozen=True)
class ViewFigures:
    """A warehouse of `requests` requests: how long dbt builds it, and what its queries take."""

    requests: int
    build_seconds: float
    queries: list[QueryFigures]


def measure_views(database: Database, home: Path, requests: int, progress: Progress) -> ViewFigures:
    """Generate so many requests in a fresh database, build the models and time the queries."""
    base = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    populate_warehouse(database, requests, base, progress)
    progress("dbt build, with all tests")
    build_seconds = time_build(database, home / "target")
    with connect(database, "tat_dbt", autocommit=True) as reader:
        scans = {table: time_scan(reader, table) for table, _ in QUERIES.values()}
    figures = []
    with connect(database, "tat_bi", autocommit=True) as analyst:
        for name, (table, query) in QUERIES.items():
            progress(name)
            figures.append(QueryFigures(name, time_query(analyst, query), scans[table]))
    return ViewFigures(requests, build_seconds, figures)


def time_build(database: Database, target: Path) -> float:
    """Time `dbt build` of everything. Raises CalledProcessError with dbt's words if it fails."""
    environment = os.environ | environment_for_children(database)
    environment |= {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target)}
    command = [str(DBT_EXECUTABLE), "--quiet", "build", "--profiles-dir", "."]
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
