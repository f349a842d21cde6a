"""Following before a tick: what the sensor says and does, and what it does without a source."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import dagster as dg
import psycopg
import pytest

from database.connect import Database
from database.settings import Settings
from orchestration import sourcing
from orchestration.defs.alerts.sensors import tat_threshold_sensor
from orchestration.defs.ingest.following import (
    NO_SOURCE,
    source_is_followed,
    source_sensor,
    source_table,
)
from orchestration.defs.resources import DatabaseResource
from orchestration.sourcing import follow_before_tick
from tests.alerts.workflow import Workflow
from tests.ingestion.bundles import build_level, build_request, build_user
from tests.ingestion.following.app import SCHEMA, App, build_app
from tests.templates import borrow_copy


@pytest.fixture
def app(template_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """An app that the settings name as the source."""
    with (
        borrow_copy(template_database, f"app_{uuid4().hex[:12]}") as copied,
        build_app(copied) as app,
    ):
        monkeypatch.setenv("TAT_SOURCE_URL", app.url)
        monkeypatch.setenv("TAT_SOURCE_SCHEMA", SCHEMA)
        yield app


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port on which somebody listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def tick(database: DatabaseResource) -> str:
    """Let the sensor tick once, as the daemon does; return its words."""
    with dg.build_sensor_context(last_sensor_start_time=1.0) as context:
        result = tat_threshold_sensor(context, database=database)
    assert isinstance(result, dg.SensorResult)
    return str(result.cursor)


def check(database: DatabaseResource) -> dg.AssetCheckResult:
    """What the check finds."""
    found = source_is_followed(database)
    assert isinstance(found, dg.AssetCheckResult)
    return found


def start_level(app: App, ago: timedelta) -> None:
    """Start a level of 2 hours around the clock so long ago."""
    begun = (datetime.now(UTC) - ago).isoformat()
    times = {"level_start_time": begun, "tat_start_time": begun, "tat_hours": 2}
    app.insert({"users": [build_user("ada"), build_user("ben")]})
    app.insert({"workflow_requests": [build_request("r1", priority="EXPRESS")]})
    app.insert({"approval_levels": [build_level("l1", status="IN_PROGRESS", **times)]})


def test_a_tick_records_what_has_just_changed_at_the_source(
    app: App, found_database: DatabaseResource, connection: psycopg.Connection
) -> None:
    start_level(app, timedelta(hours=1, seconds=5))
    words = tick(found_database)
    assert words.startswith("4 rows of the source loaded. Alerts recorded: 1")
    alerts = connection.execute("select alert_type from tat.tat_alerts").fetchall()
    assert alerts == [("TAT_50",)]
    assert tick(found_database).startswith("Nothing new at the source. No level")


def test_a_source_that_is_away_does_not_stop_the_tick(
    app: App,
    found_database: DatabaseResource,
    crossed_level: tuple[Workflow, datetime],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TAT_SOURCE_URL", "postgresql://reader:secret@127.0.0.1:1/app")
    words = tick(found_database)
    assert "The source (reader@127.0.0.1:1/app) is away: " in words
    assert "Alerts recorded: 1" in words
    assert "secret" not in words
    found = check(found_database)
    assert not found.passed
    assert (found.description or "").startswith("Not followed since 20")
    monkeypatch.setenv("TAT_SOURCE_URL", app.url)
    assert "is away" not in tick(found_database)
    assert check(found_database).passed


def test_a_source_that_never_answers_delays_the_tick_by_a_bound(
    found_database: DatabaseResource,
    crossed_level: tuple[Workflow, datetime],
    silent_port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sourcing, "PATIENCE_SECONDS", 1.5)
    monkeypatch.setenv("TAT_SOURCE_URL", f"postgresql://reader@127.0.0.1:{silent_port}/app")
    started = time.monotonic()
    words = tick(found_database)
    assert time.monotonic() - started < 8
    assert words.startswith("The source did not answer within 1.5 s. Alerts recorded: 1")


def test_a_fault_of_the_follower_does_not_stop_the_tick(
    app: App,
    found_database: DatabaseResource,
    crossed_level: tuple[Workflow, datetime],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(sourcing, "follow", fail)
    words = tick(found_database)
    assert words.startswith("Following the source failed: division by zero Alerts recorded: 1")


def test_a_preview_follows_nothing(
    app: App, found_database: DatabaseResource, connection: psycopg.Connection
) -> None:
    app.fill()
    with dg.build_sensor_context() as context:
        tat_threshold_sensor(context, database=found_database)
    assert connection.execute("select count(*) from workflow.users").fetchone() == (0,)


def test_without_a_source_nothing_is_followed_and_the_check_is_green(
    found_database: DatabaseResource, database: Database, settings: Settings
) -> None:
    assert follow_before_tick(database, settings) is None
    found = check(found_database)
    assert (found.passed, found.description) == (True, NO_SOURCE)
    with dg.build_sensor_context(last_sensor_start_time=1.0) as context:
        told = source_sensor(context, database=found_database)
    assert isinstance(told, dg.SensorResult)
    assert not told.run_requests


def test_a_column_that_is_missing_is_said_by_the_tick_and_the_check(
    app: App, found_database: DatabaseResource
) -> None:
    app.fill()
    tick(found_database)
    app.run("alter table app.users drop column department")
    app.run("alter table app.documents add column pages integer")
    words = tick(found_database)
    assert "Not followed: users lacks department at the source." in words
    assert "New there and not followed: documents.pages." in words
    assert "New there" not in tick(found_database)
    found = check(found_database)
    assert not found.passed
    assert (found.description or "").startswith("users lacks department at the source.")


def test_the_comparison_is_asked_for_until_it_is_done(
    app: App, found_database: DatabaseResource, connection: psycopg.Connection
) -> None:
    app.fill()
    tick(found_database)
    app.run("delete from app.work_notes")

    def count_runs() -> int:
        with dg.build_sensor_context(
            instance=dg.DagsterInstance.ephemeral(), last_sensor_start_time=1.0
        ) as context:
            result = source_sensor(context, database=found_database)
        assert isinstance(result, dg.SensorResult)
        return len(result.run_requests or [])

    assert count_runs() == 1
    assert dg.materialize([source_table], resources={"database": found_database}).success
    assert connection.execute("select is_deleted from workflow.work_notes").fetchone() == (True,)
    assert count_runs() == 0
