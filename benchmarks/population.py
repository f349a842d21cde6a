"""Hundreds of thousands of running levels, generated in the database, set by set."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from database.connect import Database, connect, connect_as_superuser
from database.statements import load_statement
from orchestration.engine.tick import run_tick

# A Wednesday morning; no generated level is due within six working hours of it.
BASE = datetime(2026, 1, 14, 10, tzinfo=ZoneInfo("Asia/Kolkata"))
CALENDARS = 20
SEEDED_CALENDARS = 2
SAMPLE = 1000
STEPS = ("create_approvers", "create_requests", "create_levels", "create_clocks")
TABLES = ("workflow.workflow_requests", "workflow.approval_levels", "tat.level_clock")

Progress = Callable[[str], None]


class PopulationError(RuntimeError):
    """The generated clocks are not what the engine derives; figures would mean nothing."""


def populate(database: Database, levels: int, progress: Progress) -> None:
    """Fill a fresh database with `levels` running levels on 20 calendars.

    Raises PopulationError unless a sample of the clocks equals what the engine derives.
    """
    with connect(database, "tat_owner", autocommit=True) as connection:
        create_calendars(connection)
    assert database.home is not None
    with connect_as_superuser(database.home, database.name) as connection:
        parameters = {"levels": levels, "base": BASE, "approvers": 1 + CALENDARS - SEEDED_CALENDARS}
        create_rows(connection, STEPS, parameters, progress)
        progress("vacuum and analyze")
        for table in TABLES:
            connection.execute(f"vacuum analyze {table}".encode())
    progress(f"compare {SAMPLE} clocks with the engine's")
    check_sample(database)


def create_calendars(connection: psycopg.Connection) -> None:
    """Bring the calendars up to 20 and generate them."""
    statement = load_statement("benchmarks", "clone_calendars")
    connection.execute(statement, {"clones": CALENDARS - SEEDED_CALENDARS})
    span = (BASE - timedelta(days=400)).date(), (BASE + timedelta(days=800)).date()
    connection.execute("select tat.extend_calendars(%s, %s)", span)


def create_rows(
    connection: psycopg.Connection,
    steps: Sequence[str],
    parameters: Mapping[str, Any],
    progress: Progress,
) -> None:
    """Insert source rows and clocks without triggers: the clocks come along, the keys are right."""
    connection.execute("set session_replication_role = replica")
    for step in steps:
        progress(step.replace("_", " "))
        connection.execute(load_statement("benchmarks", step), parameters)
        connection.execute("analyze workflow.workflow_requests, workflow.approval_levels")


def check_sample(database: Database) -> None:
    """Let the engine derive some of the levels; their clocks must come out the same."""
    with connect(database, "tat_owner", autocommit=True) as owner:
        before = owner.execute(
            load_statement("benchmarks", "mark_sample"), {"sample": SAMPLE}
        ).fetchall()
        with connect(database, "tat_engine", autocommit=True) as engine:
            derived = run_tick(engine, BASE, origin="command").levels_derived
        after = owner.execute(
            load_statement("benchmarks", "read_sample"), {"sample": SAMPLE}
        ).fetchall()
    if derived != len(before) or before != after:
        raise PopulationError("The generated clocks differ from those that the engine derives.")
