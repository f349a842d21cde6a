"""What the sensor tells Dagster of a tick."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

import dagster as dg
import psycopg
import pytest
from dagster._core.errors import SensorExecutionError, user_code_error_boundary

from database.connect import Database, connect
from orchestration.defs import resources
from orchestration.defs.alerts.sensors import (
    alerts_are_recorded_on_time,
    describe_tick,
    is_on_time,
    report_events,
    tat_threshold_sensor,
)
from orchestration.defs.failing import ExplainedError
from orchestration.defs.resources import DatabaseResource
from orchestration.engine import tick
from orchestration.engine.tick import TickReport
from tests.alerts.workflow import Workflow

QUIET = TickReport(
    as_of=datetime(2026, 1, 5, 9, tzinfo=UTC),
    levels_derived=0,
    levels_claimed=0,
    alerts_recorded=0,
    alerts_replayed=0,
    notifications_queued=0,
    max_lateness_seconds=None,
    backlog=0,
    changes_left=False,
)


def evaluate(database: DatabaseResource, started_at: float | None = 1.0) -> dg.SensorResult:
    """Let the sensor tick once, as the daemon does, which knows when the sensor started."""
    with dg.build_sensor_context(last_sensor_start_time=started_at) as context:
        result = tat_threshold_sensor(context, database=database)
    assert isinstance(result, dg.SensorResult)
    return result


def test_a_quiet_tick_says_so_and_reports_nothing() -> None:
    assert describe_tick(QUIET) == "No level crossed a threshold."
    assert report_events(QUIET) == []


def test_what_is_left_is_never_kept_quiet() -> None:
    report = replace(QUIET, backlog=7, changes_left=True)
    assert "7 levels are left for the next tick" in describe_tick(report)
    assert "Changes wait to be derived" in describe_tick(report)
    assert not is_on_time(report)
    assert len(report_events(report)) == 2


@pytest.mark.parametrize(
    ("lateness", "on_time"), [("61.5", True), ("120", True), ("120.001", False)]
)
def test_an_alert_is_late_after_two_ticks(lateness: str, on_time: bool) -> None:
    report = replace(QUIET, alerts_recorded=1, max_lateness_seconds=Decimal(lateness))
    assert is_on_time(report) is on_time


def test_a_crossing_becomes_a_row_and_a_materialization(
    found_database: DatabaseResource,
    database: Database,
    crossed_level: tuple[Workflow, datetime],
) -> None:
    workflow, crossing = crossed_level
    result = evaluate(found_database)
    materialization, check = result.asset_events
    assert isinstance(materialization, dg.AssetMaterialization)
    assert materialization.asset_key == dg.AssetKey(["tat", "tat_alerts"])
    assert materialization.metadata["alerts_recorded"].value == 1
    assert 10 <= float(str(materialization.metadata["max_lateness_seconds"].value)) < 60
    assert isinstance(check, dg.AssetCheckEvaluation)
    assert check.passed
    (alert,) = workflow.fetch_all("select alert_type, threshold_crossed_at from tat.tat_alerts")
    assert alert == {"alert_type": "TAT_50", "threshold_crossed_at": crossing}


def test_a_preview_counts_and_records_nothing(
    found_database: DatabaseResource, crossed_level: tuple[Workflow, datetime]
) -> None:
    workflow, _ = crossed_level
    preview = evaluate(found_database, started_at=None)
    assert preview.skip_reason == dg.SkipReason(
        "A preview, nothing is recorded: Alerts recorded: 1, notifications queued: 1."
    )
    assert preview.asset_events == []
    assert (
        workflow.fetch_all("select 1 from tat.tat_alerts union all select 1 from tat.tick_log")
        == []
    )
    assert len(evaluate(found_database).asset_events) == 2


def test_a_second_tick_has_nothing_to_say(
    found_database: DatabaseResource, crossed_level: tuple[Workflow, datetime]
) -> None:
    evaluate(found_database)
    result = evaluate(found_database)
    assert result.asset_events == []
    assert result.skip_reason == dg.SkipReason("No level crossed a threshold.")
    # What the list of ticks shows of it.
    assert result.cursor == "No level crossed a threshold."


def test_a_busy_database_is_a_reason_to_skip(
    found_database: DatabaseResource,
    database: Database,
    crossed_level: tuple[Workflow, datetime],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tick, "LOCK_TIMEOUT", "100ms")
    with connect(database, "tat_owner") as holder:
        holder.execute("select tat.lock_clocks()")
        result = evaluate(found_database)
    assert result.skip_reason is not None
    assert "Try again" in str(result.skip_reason.skip_message)
    assert result.asset_events == []


def test_a_database_that_goes_away_fails_the_tick_with_a_sentence(
    found_database: DatabaseResource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise psycopg.OperationalError("server closed the connection\n\tunexpectedly")

    monkeypatch.setattr("orchestration.defs.alerts.sensors.run_ticks", refuse)
    said = r"^The database failed: server closed the connection unexpectedly$"
    with pytest.raises(ExplainedError, match=said):
        evaluate(found_database)


def test_a_database_that_is_not_there_fails_the_tick_with_a_sentence(
    found_database: DatabaseResource, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dagster wraps errors that are not its own: what happened would stand below a trace."""
    gone = replace(database, port=1, home=None)
    monkeypatch.setattr(resources, "find_database", cache(lambda: gone))
    said = r"^Can't connect to the database"
    boundary = user_code_error_boundary(SensorExecutionError, lambda: "An error occurred.")
    with pytest.raises(ExplainedError, match=said) as caught, boundary:
        evaluate(found_database)
    assert caught.value.__cause__ is None


def test_a_database_without_the_schema_fails_the_tick_with_what_to_do(
    found_database: DatabaseResource, connection: psycopg.Connection
) -> None:
    connection.execute("drop function tat.derive_level_clocks cascade")
    with pytest.raises(ExplainedError, match=r"does not exist\. Run `tat migrate`"):
        evaluate(found_database)


def test_the_check_turns_red_on_a_late_tick(
    found_database: DatabaseResource, connection: psycopg.Connection
) -> None:
    before = alerts_are_recorded_on_time(found_database)
    assert isinstance(before, dg.AssetCheckResult)
    assert before.passed
    connection.execute(
        "insert into tat.tick_log (origin, as_of, started_at, finished_at, levels_derived,"
        " levels_claimed, alerts_recorded, notifications_queued, max_lateness_seconds, backlog)"
        " values ('sensor', now(), now(), now(), 1, 1, 1, 1, 300, 0)"
    )
    result = alerts_are_recorded_on_time(found_database)
    assert isinstance(result, dg.AssetCheckResult)
    assert not result.passed
    assert result.metadata["late_ticks"].value == 1
