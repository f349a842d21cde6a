"""Ticks among other ticks, beside the app's transactions, and killed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Barrier
from uuid import UUID

import psycopg
import pytest

from database.connect import Database, connect
from orchestration.engine import tick as tick_module
from orchestration.engine.tick import (
    TickBusyError,
    TickReport,
    derive_clocks,
    record_crossings,
    run_ticks,
)
from tests.alerts.crowds import ALL, add_levels, assert_recorded_once, count_rows
from tests.alerts.workflow import Engine, Workflow, january

LATE = january(9, 10)


@contextmanager
def hold_lock(database: Database, statement: str, level_id: UUID) -> Iterator[psycopg.Connection]:
    """Run a statement of the app and leave its transaction open."""
    with connect(database, "tat_ingest") as app:
        app.execute("set lock_timeout = '1s'")
        app.execute(statement.encode(), {"level_id": level_id})
        yield app
        app.rollback()


def test_ticks_at_the_same_time_record_each_crossing_once(
    database: Database, workflow: Workflow
) -> None:
    levels = add_levels(workflow, 60)
    barrier = Barrier(4)

    def tick_with_others() -> TickReport:
        with connect(database, "tat_engine", autocommit=True) as connection:
            barrier.wait(timeout=30)
            return run_ticks(connection, LATE, origin="sensor", levels_per_tick=7)

    with ThreadPoolExecutor(4) as pool:
        reports = [future.result() for future in [pool.submit(tick_with_others) for _ in range(4)]]
    assert_recorded_once(workflow, levels)
    assert sum(report.alerts_recorded for report in reports) == 3 * len(levels)
    assert sum(report.levels_derived for report in reports) == len(levels)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["derive_clocks", "record_crossings", "log_tick"])
def test_a_tick_that_is_killed_leaves_nothing_and_the_next_does_it_all(
    database: Database, workflow: Workflow, engine: Engine, step: str
) -> None:
    levels = add_levels(workflow, 5)
    kill_tick_after(database, LATE, step)
    for table in ("tat_alerts", "outbox", "activities", "tick_log"):
        assert count_rows(workflow, table) == 0
    assert workflow.list_flags(levels[0]) == []
    report = engine.tick(LATE)
    assert (report.levels_derived, report.alerts_recorded) == (5, 15)
    assert_recorded_once(workflow, levels)


def kill_tick_after(database: Database, as_of: datetime, step: str) -> None:
    """Start a tick in a process of its own and kill -9 it after the step."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.alerts.hanging_tick", as_of.isoformat(), step],
        env={**os.environ, "TICK_CONNINFO": database.conninfo("tat_engine")},
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.kill()
    assert said == "hanging\n"


APP_STATEMENTS = {
    "edits the level": (
        "update workflow.approval_levels set comments = 'wait' where level_id = %(level_id)s"
    ),
    "decides the level": (
        "update workflow.approval_levels set status = 'APPROVED', level_end_time = '2026-01-09'"
        " where level_id = %(level_id)s"
    ),
    "locks the level": (
        "select 1 from workflow.approval_levels where level_id = %(level_id)s for update"
    ),
}
PARENT_STATEMENTS = {
    "edits the request": (
        "update workflow.workflow_requests set title = 'Other' where request_id ="
        " (select request_id from workflow.approval_levels where level_id = %(level_id)s)"
    ),
    "locks the request": (
        "select 1 from workflow.workflow_requests where request_id ="
        " (select request_id from workflow.approval_levels where level_id = %(level_id)s)"
        " for update"
    ),
    "locks the approver": (
        "select 1 from workflow.users where user_id ="
        " (select approver_id from workflow.approval_levels where level_id = %(level_id)s)"
        " for update"
    ),
}


@pytest.mark.parametrize("action", APP_STATEMENTS)
def test_a_level_that_the_app_holds_is_done_by_a_later_tick(
    database: Database, workflow: Workflow, engine: Engine, action: str
) -> None:
    held, free = add_levels(workflow, 2)
    engine.tick(january(6, 12))
    with hold_lock(database, APP_STATEMENTS[action], held):
        report = engine.tick(LATE)
        assert workflow.list_types(held) == []
        assert workflow.list_types(free) == ALL
        assert (report.backlog, report.is_finished) == (1, False)
    assert engine.tick(LATE).backlog == 0
    assert_recorded_once(workflow, [held, free])


@pytest.mark.parametrize("action", APP_STATEMENTS | PARENT_STATEMENTS)
@pytest.mark.parametrize("is_new", [True, False])
def test_no_transaction_of_the_app_makes_a_tick_wait(
    database: Database, workflow: Workflow, engine: Engine, action: str, is_new: bool
) -> None:
    held = workflow.add_level()
    free = workflow.add_level(approver_id=workflow.add_user())
    if not is_new:
        engine.tick(january(6, 12))
    # Whoever waits gives up after a second, so that a wait shows as an error.
    engine.connection.execute("set statement_timeout = '1s'")
    with hold_lock(database, (APP_STATEMENTS | PARENT_STATEMENTS)[action], held):
        engine.tick(LATE)
        assert workflow.list_types(free) == ALL
    engine.tick(LATE)
    assert_recorded_once(workflow, [held, free])


def test_the_app_does_not_wait_for_an_open_tick(database: Database, workflow: Workflow) -> None:
    due, other = add_levels(workflow, 2)
    workflow.change_level(other, tat_hours=400)
    with (
        connect(database, "tat_engine") as connection,
        connect(database, "tat_ingest", autocommit=True) as app_connection,
    ):
        derive_clocks(connection, LATE, 100)
        record_crossings(connection, LATE, 100)
        app_connection.execute("set lock_timeout = '1s'")
        app = Workflow(app_connection)
        app.decide(other, LATE)
        app.change_request(due, title="Other title")
        app.add_level(request_id=app.read_level(due)["request_id"])
        app.pause(due, LATE)
    assert workflow.read_level(other)["status"] == "APPROVED"


def run_tick_with_change_between(
    database: Database, as_of: datetime, change: tuple[Workflow, UUID, datetime]
) -> int:
    """Run a tick during which the app approves a level between deriving and claiming."""
    workflow, level, decided_at = change
    with (
        connect(database, "tat_engine", autocommit=True) as connection,
        connection.transaction(),
    ):
        derive_clocks(connection, as_of, 100)
        workflow.decide(level, decided_at)
        return int(record_crossings(connection, as_of, 100)["alerts_recorded"])


def test_an_approval_between_deriving_and_claiming_is_left_to_the_next_tick(
    database: Database, workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 12))
    assert run_tick_with_change_between(database, LATE, (workflow, level, january(6, 14))) == 0
    assert workflow.list_types(level) == []
    engine.tick(LATE)
    assert workflow.list_reasons(level) == {"TAT_50": "decided before the tick"}
    assert workflow.list_alerts(level)[0]["was_completed_on_time"] is True


def test_a_tick_says_so_when_the_clocks_stay_locked(
    database: Database, engine: Engine, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tick_module, "LOCK_TIMEOUT", "100ms")
    level = workflow.add_level()
    with connect(database, "tat_engine") as other:
        other.execute("select tat.lock_clocks()")
        with pytest.raises(TickBusyError, match="Try again"):
            engine.tick(LATE)
        other.rollback()
    assert engine.tick(LATE).alerts_recorded == 3
    assert workflow.list_types(level) == ALL
