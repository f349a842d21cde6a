"""What `tat up` hands on to Dagster."""

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from database.connect import Database, open_database
from database.server import EmbeddedServer
from database.settings import Settings
from orchestration.commands import bringing_up
from tests.database.test_server import kill_postgres, wait_for
from tests.templates import make_settings

LIST_ZONES = """
import json
from orchestration.definitions import defs
from orchestration.defs.transform.days import local_days
schedules = defs().get_repository_def().schedule_defs
zones = {schedule.name: schedule.execution_timezone for schedule in schedules}
zones["partitions"] = local_days.timezone
print(json.dumps({name: zone for name, zone in zones.items() if zone}))
"""


@pytest.fixture
def handed_on(
    database: Database,
    settings: Settings,
    connection: psycopg.Connection,
    parsed_project: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Mapping[str, str]:
    """The environment of a Dagster that is served from a database with days of Amsterdam."""
    caught: dict[str, str] = {}

    def start(environment: Mapping[str, str], port: int, log: Path) -> None:
        caught.update(environment)
        raise KeyboardInterrupt

    connection.execute(
        "update tat.setting set setting_value = 'Europe/Amsterdam' where setting_name = 'time_zone'"
    )
    monkeypatch.setattr(bringing_up, "start_dagster", start)
    with pytest.raises(KeyboardInterrupt):
        bringing_up.serve(settings, database, None)
    return caught


@pytest.mark.slow
def test_a_killed_database_is_back_while_dagster_is_served(
    own_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_up, "WATCH_SECONDS", 0.1)
    database = open_database(make_settings(own_server.home))
    served = subprocess.Popen(["sleep", "60"])
    try:
        with ThreadPoolExecutor(1) as pool:
            watching = pool.submit(bringing_up.watch, served, database)
            kill_postgres(own_server)
            wait_for(own_server.find_ready, "the server's return")
            # Not SIGTERM: who runs the tests may ignore it, and children inherit that.
            served.kill()
            watching.result(timeout=10)
    finally:
        served.kill()


@pytest.mark.slow
def test_a_stopped_database_stays_down_while_dagster_is_served(
    own_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_up, "WATCH_SECONDS", 0.1)
    database = open_database(make_settings(own_server.home))
    own_server.stop()
    bringing_up.watch(subprocess.Popen(["sleep", "1"]), database)
    assert own_server.find_ready() is None


@pytest.mark.slow
def test_schedules_and_partitions_run_by_the_zone_of_the_database(
    settings: Settings, handed_on: Mapping[str, str]
) -> None:
    assert settings.timezone == "Asia/Kolkata"
    done = subprocess.run(
        [sys.executable, "-c", LIST_ZONES],
        env=dict(handed_on),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {
        "daily_metrics_schedule": "Europe/Amsterdam",
        "morning_reports_schedule": "Europe/Amsterdam",
        "nightly_reconciliation_schedule": "Europe/Amsterdam",
        "nightly_warehouse_schedule": "Europe/Amsterdam",
        "partitions": "Europe/Amsterdam",
    }
