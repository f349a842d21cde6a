"""The dead man's check: red within three minutes of the last tick, green again after one."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import dagster as dg
import psycopg
import pytest

from database.connect import Database, connect
from orchestration.commands.status import describe_health, describe_seconds
from orchestration.defs.alerts.heartbeat import (
    end_long_queries,
    engine_heartbeat_sensor,
    engine_is_alive,
)
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.telling import TELL_EVERY_SECONDS, is_worth_telling
from tests.alerts.workflow import Workflow, january


def log_tick(connection: psycopg.Connection, ago: timedelta) -> None:
    """Note a tick that finished some time ago."""
    connection.execute(
        "insert into tat.tick_log (origin, as_of, started_at, finished_at, levels_derived,"
        " levels_claimed, alerts_recorded, notifications_queued, backlog)"
        " select 'sensor', at, at, at, 0, 0, 0, 0, 0"
        " from (select clock_timestamp() - %s) as finished (at)",
        (ago,),
    )


def look(database: DatabaseResource, cursor: str | None = None) -> dg.SensorResult:
    """Let the sensor look once."""
    with dg.build_sensor_context(cursor=cursor) as context:
        result = engine_heartbeat_sensor(context, database=database)
    assert isinstance(result, dg.SensorResult)
    return result


def list_passed(result: dg.SensorResult) -> list[bool]:
    """Return whether each evaluation that the sensor told of passed."""
    evaluations = [
        event for event in result.asset_events if isinstance(event, dg.AssetCheckEvaluation)
    ]
    assert len(evaluations) == len(result.asset_events)
    return [evaluation.passed for evaluation in evaluations]


def test_the_check_turns_red_after_140_seconds_and_green_after_a_tick(
    found_database: DatabaseResource, connection: psycopg.Connection
) -> None:
    never = look(found_database)
    assert list_passed(never) == [False]
    log_tick(connection, timedelta(seconds=130))
    alive = look(found_database, never.cursor)
    assert list_passed(alive) == [True]
    assert list_passed(look(found_database, alive.cursor)) == []
    connection.execute("update tat.tick_log set finished_at = finished_at - interval '11 seconds'")
    dead = look(found_database, alive.cursor)
    assert list_passed(dead) == [False]
    assert list_passed(look(found_database, dead.cursor)) == []
    log_tick(connection, timedelta(0))
    assert list_passed(look(found_database, dead.cursor)) == [True]


def test_a_state_that_lasts_is_told_again_each_hour() -> None:
    cursor = json.dumps({"passed": True, "at": 1000.0})
    assert not is_worth_telling(cursor, True, 1000.0 + TELL_EVERY_SECONDS - 1)
    assert is_worth_telling(cursor, True, 1000.0 + TELL_EVERY_SECONDS)
    assert is_worth_telling(cursor, False, 1001.0)


def test_the_check_itself_says_how_late_alerts_were(
    found_database: DatabaseResource, connection: psycopg.Connection
) -> None:
    log_tick(connection, timedelta(seconds=1))
    result = engine_is_alive(found_database)
    assert isinstance(result, dg.AssetCheckResult)
    assert result.passed
    assert result.metadata["alerts_last_day"].value == 0


def test_health_counts_what_waits_and_how_late_it_was(connection: psycopg.Connection) -> None:
    workflow = Workflow(connection)
    for number in range(100):
        workflow.add_level(level_number=number)
    # All have been known for an hour when they cross, but for one that arrives past its point.
    connection.execute(
        "update tat.level_change set changed_at = changed_at - interval '1 hour'"
        " from workflow.approval_levels"
        " where level_change.level_id = approval_levels.level_id and level_number <> 98"
    )
    before = workflow.fetch_all("select * from tat.engine_health")[0]
    assert (before["is_alive"], before["changes_waiting"]) == (False, 100)
    connection.execute("set role tat_engine")
    connection.execute("select tat.derive_level_clocks(now())")
    assert workflow.fetch_all("select * from tat.engine_health")[0]["backlog"] == 100
    connection.execute("reset role")
    connection.execute(
        "insert into tat.tat_alerts (request_id, level_id, approver_id, alert_type,"
        " recorded_percentage, tat_hours_allocated, tat_hours_elapsed, tat_hours_remaining,"
        " level_start_time, alert_sent_at, alert_message, is_breached, metadata,"
        " threshold_crossed_at, created_at)"
        " select request_id, level_id, approver_id, 'TAT_50', 50, 1, 1, 0, t, t, 'x', false,"
        " jsonb_build_object('origin', case when level_number < 99 then 'tick' else 'replay' end),"
        " t - level_number * interval '1 second', t"
        " from workflow.approval_levels, (select clock_timestamp()) as present (t)"
    )
    health = workflow.fetch_all("select * from tat.engine_health")[0]
    assert (health["alerts_last_day"], health["late_arrivals_last_day"]) == (99, 1)
    figures = [float(health[f"lateness_{name}_seconds"]) for name in ("p50", "p95", "p99", "max")]
    assert figures == [48.5, 92.15, 96.03, 97]


@pytest.mark.parametrize(
    ("seconds", "text"), [(50, "50 seconds"), (720, "12 minutes"), (9000, "2 hours")]
)
def test_durations_are_told_in_a_unit_that_fits(seconds: float, text: str) -> None:
    assert describe_seconds(seconds) == text


def test_status_says_what_to_do() -> None:
    dead = {"is_alive": False, "last_tick_at": january(5), "seconds_since_tick": 720}
    assert describe_health(dead).startswith("No tick for 12 minutes. Start Dagster")
    never = {"is_alive": False, "last_tick_at": None, "seconds_since_tick": None}
    assert describe_health(never).startswith("No tick has ever finished here.")


def test_statements_of_analysts_that_last_too_long_are_ended(
    found_database: DatabaseResource, database: Database
) -> None:
    with (
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(database.bi_url() or "", autocommit=True) as running,
        psycopg.connect(database.bi_url() or "") as idle,
        connect(database, "tat_engine") as engine,
    ):
        running.execute("set statement_timeout = 0")
        idle.execute("select 1")
        engine.execute("select 1")
        asleep = pool.submit(running.execute, "select pg_sleep(60)")
        said = ""
        while not asleep.done():
            time.sleep(0.1)
            said = end_long_queries(found_database, seconds=0.5) or said
        assert isinstance(asleep.exception(), psycopg.errors.QueryCanceled)
        assert "lasted too long" in said
        with pytest.raises(psycopg.OperationalError):
            idle.execute("select 1")
        assert engine.execute("select 1").fetchone() == (1,)
        assert end_long_queries(found_database) == ""
