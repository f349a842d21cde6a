"""Exactly one alert for each level, cycle and threshold, whatever befalls the engine."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Barrier, Event
from typing import Any
from uuid import UUID

import psycopg
import pytest

from database.connect import Database, connect, connect_as_superuser, open_database
from database.migrate import migrate_database
from database.server import EmbeddedServer
from orchestration.engine.calendars.editing import CalendarRules, add_calendar
from orchestration.engine.reconciliation import reconcile
from orchestration.engine.tick import run_tick, run_ticks
from tests.alerts.crowds import ALL, add_levels, assert_recorded_once
from tests.alerts.test_histories import assert_every_alert_is_notified_or_says_why_not
from tests.alerts.workflow import Engine, Workflow, january
from tests.database.test_server import kill_postgres
from tests.distribution import several
from tests.templates import make_settings

pytestmark = pytest.mark.slow

LATE = january(9, 10)
# How many ticks are killed, in a plain run and in a full one.
KILLS = (25, 100)
PATIENCE = "5s"


def assert_exactly_once(workflow: Workflow, as_of: datetime) -> None:
    """The record is what an independent walk makes of it, and everybody was told once."""
    found = reconcile(workflow.connection, as_of)
    assert found.errors == []
    assert found.crossings > 0
    assert_every_alert_is_notified_or_says_why_not(workflow)


def assert_told_once(workflow: Workflow) -> None:
    """No level's approver was told twice of the same cycle and threshold."""
    twice = workflow.fetch_all(
        "select level_id from tat.outbox inner join tat.tat_alerts using (alert_id)"
        " group by level_id, cycle, alert_type having count(*) > 1"
    )
    assert twice == []


def test_eight_ticks_at_once(database: Database, workflow: Workflow) -> None:
    barrier = Barrier(8)

    def tick_with_others() -> int:
        with connect(database, "tat_engine", autocommit=True) as connection:
            barrier.wait(timeout=30)
            report = run_ticks(connection, LATE, origin="sensor", levels_per_tick=5)
        return report.alerts_recorded

    for _ in range(3):
        levels = add_levels(workflow, 40)
        with ThreadPoolExecutor(8) as pool:
            recorded = [run.result() for run in [pool.submit(tick_with_others) for _ in range(8)]]
        assert sum(recorded) == 3 * len(levels)
    assert_exactly_once(workflow, LATE)
    assert_told_once(workflow)


@contextmanager
def meddle(database: Database, meddlers: Sequence[Callable[[Workflow], object]]) -> Iterator[None]:
    """Let the app do things again and again, each on a connection of its own; nobody may fail."""
    is_over = Event()

    def keep_on(meddler: Callable[[Workflow], object]) -> int:
        times = 0
        with connect(database, "tat_owner", autocommit=True) as connection:
            # Whoever had to wait for a tick for so long would fail.
            connection.execute(f"set lock_timeout = '{PATIENCE}'".encode())
            workflow = Workflow(connection)
            while not is_over.is_set():
                meddler(workflow)
                times += 1
        return times

    with ThreadPoolExecutor(len(meddlers)) as pool:
        runs: list[Future[int]] = [pool.submit(keep_on, meddler) for meddler in meddlers]
        try:
            yield
        finally:
            is_over.set()
    assert all(run.result() > 0 for run in runs)


def pick(workflow: Workflow, random: Random, status: str = "IN_PROGRESS") -> UUID | None:
    """Pick one of the levels in a status by chance."""
    rows = workflow.fetch_all(
        "select level_id from workflow.approval_levels where status = %s order by level_id", status
    )
    return random.choice(rows)["level_id"] if rows else None


def add_more(workflow: Workflow) -> None:
    """New levels arrive."""
    add_levels(workflow, 2)


class Meddlers:
    """What the app does to levels that ticks are busy with."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.edits = 0

    def approve(self, workflow: Workflow) -> None:
        """Somebody approves a level, as of the instant to which ticks look."""
        if level := pick(workflow, self.random):
            workflow.decide(level, LATE)

    def pause(self, workflow: Workflow) -> None:
        """Somebody pauses a level."""
        if level := pick(workflow, self.random):
            try:
                workflow.pause(level, LATE)
            except psycopg.errors.ExclusionViolation:
                return

    def edit(self, workflow: Workflow) -> None:
        """Somebody grants time, or the level goes to somebody else."""
        if level := pick(workflow, self.random):
            self.edits += 1
            at = LATE - timedelta(hours=1) + timedelta(milliseconds=self.edits)
            changes: dict[str, Any] = {"tat_hours": 17}
            if self.random.random() < 0.5:
                changes = {"approver_id": workflow.approver_id, "updated_at": at}
            workflow.change_level(level, **changes)

    def reopen(self, workflow: Workflow) -> None:
        """A decision is taken back."""
        if level := pick(workflow, self.random, "APPROVED"):
            workflow.change_level(level, status="IN_PROGRESS", level_end_time=None)


@pytest.mark.parametrize("kills", several(KILLS))
def test_many_kills(database: Database, workflow: Workflow, engine: Engine, kills: int) -> None:
    add_levels(workflow, 60)
    meddlers = Meddlers(1)
    with meddle(database, [add_more, meddlers.approve, meddlers.pause]):
        done = subprocess.run(
            [sys.executable, "-m", "tests.alerts.tick_zygote", LATE.isoformat(), str(kills), "7"],
            env={**os.environ, "TICK_CONNINFO": database.conninfo("tat_engine")},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
    assert int(done.stdout) == kills
    finished = workflow.fetch_all("select count(*) as ticks from tat.tick_log")[0]["ticks"]
    assert finished > kills / 10
    engine.catch_up(LATE)
    assert_exactly_once(workflow, LATE)
    assert_told_once(workflow)


def test_ticks_race_with_the_app(database: Database, workflow: Workflow, engine: Engine) -> None:
    add_levels(workflow, 60)
    meddlers = Meddlers(2)
    actions = [meddlers.approve, meddlers.pause, meddlers.edit, meddlers.reopen, add_more]
    with meddle(database, actions), connect(database, "tat_engine", autocommit=True) as other:
        other.execute(f"set statement_timeout = '{PATIENCE}'".encode())
        for number in range(40):
            connection = other if number % 2 else engine.connection
            run_tick(connection, LATE, origin="sensor", levels_per_tick=20)
    engine.catch_up(LATE)
    assert_exactly_once(workflow, LATE)


def make_durable(server: EmbeddedServer) -> None:
    """Let a server of the tests keep what it has confirmed, as it does in production."""
    with connect_as_superuser(server.home) as admin:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            admin.execute(f"alter system set {setting} = on".encode())
        admin.execute("select pg_reload_conf()")


def test_the_database_is_killed_while_ticking(own_server: EmbeddedServer) -> None:
    own_server.ensure_running()
    make_durable(own_server)
    settings = make_settings(own_server.home)
    database = open_database(settings, "killed")
    migrate_database(database, settings=settings)
    with connect(database, "tat_owner", autocommit=True) as owner:
        workflow = Workflow(owner)
        levels = add_levels(workflow, 80)
    is_ticking = Event()

    def tick_until_it_fails() -> None:
        with connect(database, "tat_engine", autocommit=True) as connection:
            while True:
                run_tick(connection, LATE, origin="sensor", levels_per_tick=2, changes_per_tick=3)
                is_ticking.set()

    with ThreadPoolExecutor(1) as pool:
        ticking = pool.submit(tick_until_it_fails)
        assert is_ticking.wait(timeout=30)
        kill_postgres(own_server)
        with pytest.raises(psycopg.OperationalError):
            ticking.result()
    with (
        connect(database, "tat_owner", autocommit=True) as owner,
        connect(database, "tat_engine", autocommit=True) as connection,
    ):
        workflow = Workflow(owner)
        Engine(connection).catch_up(LATE)
        assert_recorded_once(workflow, levels)
        assert_exactly_once(workflow, LATE)


def test_after_hours_without_a_tick_one_tick_tells_it_all_in_order(
    workflow: Workflow, engine: Engine
) -> None:
    levels = add_levels(workflow, 30)
    engine.tick(january(5, 15))
    report = engine.tick(january(7, 13))
    assert (report.alerts_recorded, report.notifications_queued) == (90, 30)
    assert report.max_lateness_seconds == 24 * 3600
    assert_recorded_once(workflow, levels)
    recorded = workflow.fetch_all(
        "select threshold_crossed_at from tat.tat_alerts order by created_at, alert_type"
    )
    crossings = [row["threshold_crossed_at"] for row in recorded]
    assert crossings == sorted(crossings)
    assert {kind for level in levels for kind, _ in workflow.list_notified(level)} == {"TAT_100"}
    assert_exactly_once(workflow, january(7, 13))


@pytest.mark.parametrize("seed", several(range(3)))
def test_a_clock_that_jumps_back_and_forth_changes_nothing(
    workflow: Workflow, engine: Engine, seed: int
) -> None:
    random = Random(seed)
    amsterdam = CalendarRules("Europe/Amsterdam", variant_of="business hours", location="A")
    add_calendar(workflow.connection, "Amsterdam", amsterdam)
    colleague = workflow.add_user(location="A")
    starts_at = january(5, 14) + timedelta(days=80)
    for number in range(20):
        started_at = starts_at + timedelta(hours=3 * number)
        workflow.add_level(approver_id=colleague, started_at=started_at, tat_hours=3 + number)
    # The last Sunday of March lies between.
    for _ in range(40):
        engine.tick(starts_at + timedelta(hours=random.uniform(-200, 400)))
    last = starts_at + timedelta(hours=500)
    engine.catch_up(last)
    assert workflow.fetch_all("select count(*) as alerts from tat.tat_alerts")[0]["alerts"] == 60
    assert_exactly_once(workflow, last)
    assert_told_once(workflow)


def test_out_of_order_and_twice_is_as_good_as_in_order(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    workflow.decide(level, january(7, 13))
    engine.tick(january(6, 17, 30))
    assert workflow.list_types(level) == ALL[:2]
    for _ in range(2):
        workflow.change_level(level, level_end_time=january(7, 13), updated_at=january(7, 13))
        engine.tick(january(6, 17, 40))
    engine.catch_up(january(8, 10))
    engine.catch_up(january(6, 17))
    assert workflow.list_types(level) == ALL
    assert_exactly_once(workflow, january(8, 10))
