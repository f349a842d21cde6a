"""What `tat up` hands on to Dagster."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest

from database.connect import Database
from database.settings import Settings
from orchestration.commands import up

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
    monkeypatch.setattr(up, "start_dagster", start)
    with pytest.raises(KeyboardInterrupt):
        up.serve(settings, database, None)
    return caught


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
        "nightly_reconciliation_schedule": "Europe/Amsterdam",
        "nightly_warehouse_schedule": "Europe/Amsterdam",
        "partitions": "Europe/Amsterdam",
    }
