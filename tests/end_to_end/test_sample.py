"""What a newcomer gets: the sample, the figures, the commands."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.end_to_end.conftest import CHECKOUT, TAT, Installation
from tests.kpi_views import VIEWS


@pytest.fixture(scope="module")
def brought_up(installation: Installation) -> Installation:
    """The sample, brought up once."""
    done = installation.run("up", "--once")
    for heading in ("Landed", "Alerts", "KPIs", "TAT_100"):
        assert heading in done.stdout
    return installation


@pytest.fixture(scope="module")
def rows_of_views(brought_up: Installation) -> dict[str, int]:
    """How many rows an analyst counts in each view, by one command."""
    counts = [f"select '{view}' as view, count(*) as rows from {view}" for view in VIEWS]  # noqa: S608
    return {row["view"]: row["rows"] for row in brought_up.query(" union all ".join(counts))}


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_answers_an_analyst(rows_of_views: dict[str, int], view: str) -> None:
    assert rows_of_views[view] > 0


def test_flags_equal_alerts(brought_up: Installation) -> None:
    with psycopg.connect(brought_up.run("db", "url", "--role", "tat_engine").stdout.strip()) as db:
        row = db.execute(
            "select count(*) from workflow.approval_levels as level where ("
            "  level.tat50_alert_sent, level.tat75_alert_sent, level.tat_breached) <> ("
            "  exists (select 1 from tat.tat_alerts where level_id = level.level_id"
            "    and alert_type = 'TAT_50'),"
            "  exists (select 1 from tat.tat_alerts where level_id = level.level_id"
            "    and alert_type = 'TAT_75'),"
            "  exists (select 1 from tat.tat_alerts where level_id = level.level_id"
            "    and alert_type = 'TAT_100'))"
        ).fetchone()
    assert row == (0,)


def test_an_analyst_can_only_read(brought_up: Installation) -> None:
    done = brought_up.run("query", "delete from tat_alerts", check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    done = brought_up.run("query", "select * from workflow.users", check=False)
    assert done.returncode == 1
    assert "permission denied" in done.stderr


def test_status_tells_the_last_tick(brought_up: Installation) -> None:
    (row,) = json.loads(brought_up.run("status", "--format", "json").stdout)
    assert row["last_tick_by"] == "load"
    assert row["changes_waiting"] == 0


def test_the_next_build_tests_what_changes_from_now_on(brought_up: Installation) -> None:
    with psycopg.connect(brought_up.run("db", "url", "--role", "tat_engine").stdout.strip()) as db:
        row = db.execute(
            "select bool_and(is_tested), (select count(*) from tat.request_to_test),"
            " (select count(*) from tat.setting where setting_name = 'built_models')"
            " from tat.stored_fact"
        ).fetchone()
    assert row == (True, 0, 1)


def test_dagster_was_told_where_each_column_comes_from(brought_up: Installation) -> None:
    with psycopg.connect(brought_up.run("db", "url", "--role", "tat_engine").stdout.strip()) as db:
        rows = db.execute(
            "select asset_key::json ->> -1, event from dagster.event_logs"
            " where dagster_event_type = 'ASSET_MATERIALIZATION'"
            " and asset_key::json ->> 0 = 'kpi'"
        ).fetchall()
    told: dict[str, str] = dict(rows)
    assert set(told) == set(VIEWS)
    assert all("dagster/column_lineage" in event for event in told.values())
    link = "From [marts.fct_levels.completed_within_tat](/assets/marts/fct_levels)"
    assert link in told["vw_tat_compliance"]


def read_sensor_alert(url: str, level_id: str) -> tuple[datetime, datetime] | None:
    """When the level's first alert crossed and was written, if it was."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select threshold_crossed_at, created_at from tat.tat_alerts where level_id = %s"
            " and created_at > now() - interval '10 minutes' order by created_at desc limit 1",
            (level_id,),
        ).fetchone()


def start_crossing_level(url: str) -> tuple[str, datetime]:
    """Set a running EXPRESS level to cross its TAT_50 in 15 seconds, as the app would."""
    crossing = datetime.now(UTC) + timedelta(seconds=15)
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "update workflow.approval_levels as level"
            " set tat_hours = 8, tat_start_time = %s, level_start_time = %s, updated_at = now()"
            " where level.level_id = ("
            "  select clock.level_id from tat.level_clock as clock"
            "  inner join workflow.approval_levels using (level_id)"
            "  inner join workflow.workflow_requests using (request_id)"
            "  where clock.state = 'running' and priority = 'EXPRESS'"
            "  and not exists (select 1 from tat.tat_alerts where level_id = clock.level_id)"
            "  limit 1)"
            " returning level.level_id::text",
            (crossing - timedelta(hours=4), crossing - timedelta(hours=4)),
        ).fetchone()
    assert row is not None
    return row[0], crossing


@pytest.fixture(scope="module")
def served(brought_up: Installation) -> Iterator[Installation]:
    """Brought up once more, and serving Dagster."""
    with subprocess.Popen(
        [str(TAT), "up"],
        cwd=CHECKOUT,
        env=brought_up.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as serving:
        assert serving.stdout is not None
        try:
            for line in serving.stdout:
                if re.search(r"http://127\.0\.0\.1:\d+", line):
                    break
            yield brought_up
        finally:
            os.killpg(serving.pid, signal.SIGINT)


def test_bringing_it_up_again_keeps_what_is_there(served: Installation) -> None:
    (row,) = served.query(
        "select count(*) as requests, max(created_at) as newest from vw_request_volume_summary"
    )
    with psycopg.connect(served.run("db", "url", "--role", "tat_ingest").stdout.strip()) as db:
        loads = db.execute("select count(*), min(started_at) from tat.load_batch").fetchone()
    assert loads is not None
    assert loads[0] == 1
    assert datetime.fromisoformat(row["newest"]) < loads[1]


def test_the_running_sensor_records_a_crossing_within_a_minute(served: Installation) -> None:
    engine = served.run("db", "url", "--role", "tat_engine").stdout.strip()
    level_id, crossing = start_crossing_level(
        served.run("db", "url", "--role", "tat_ingest").stdout.strip()
    )
    deadline = time.monotonic() + 120
    alert = None
    while alert is None and time.monotonic() < deadline:
        time.sleep(0.5)
        alert = read_sensor_alert(engine, level_id)
    assert alert is not None
    crossed_at, written_at = alert
    assert crossed_at == crossing
    # The daemon looks at its sensors every few seconds, so a tick follows the last by 60 to 65 s.
    assert timedelta(0) < written_at - crossed_at < timedelta(seconds=75)
