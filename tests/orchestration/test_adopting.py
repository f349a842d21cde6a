"""`tat source adopt`, `release` and `write-back`, as somebody types them, and the sensor's half."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import psycopg
import pytest

from database.connect import Database, connect
from database.settings import Settings
from orchestration.commands.bringing_up import load_data
from orchestration.defs.alerts import write_back
from orchestration.defs.alerts.sensors import tat_threshold_sensor
from orchestration.defs.alerts.write_back import alerts_are_written_back, write_back_sensor
from orchestration.defs.ingest.following import source_is_followed
from orchestration.defs.resources import DatabaseResource
from tests.orchestration.test_commands import Tat, tat
from tests.shared_database.app import App, read_fingerprint
from tests.shared_database.conftest import admin, app, login

__all__ = ["admin", "app", "login", "tat"]

ALERTS = """
    create table app.tat_alerts (
        alert_id uuid primary key, level_id uuid, alert_type text, alert_sent_at timestamptz
    )
"""


@pytest.fixture
def level(app: App) -> App:
    """An app with a table of alerts, and a level that crossed half of its TAT."""
    app.connection.execute(ALERTS)
    user = app.add_user()
    request = app.add_request(user, priority="EXPRESS")
    started_at = datetime.now(UTC) - timedelta(hours=10)
    times = {"level_start_time": started_at, "tat_start_time": started_at}
    app.add_level(request, user, **times)
    return app


def read_alerts(app: App) -> list[str]:
    rows = app.connection.execute("select alert_type from app.tat_alerts").fetchall()
    return [alert_type for (alert_type,) in rows]


def test_an_app_in_the_same_database_is_adopted_written_to_and_released(
    tat: Tat, level: App, login: psycopg.Connection
) -> None:
    before = read_fingerprint(login)
    adopted = tat("source", "adopt", "app")
    assert adopted.code == 0
    assert "Followed from now on: users, workflow_requests" in adopted.out
    on = tat("source", "write-back", "on")
    assert "app.tat_alerts (alert_id, level_id, alert_type, alert_sent_at)" in on.out
    (loaded,) = tat("source", "follow", "--once", "--format", "json").data
    assert loaded["rows_loaded"] == 3
    assert "1 alerts and the flags of 1 levels written" in tat("source", "write-back", "now").out
    assert read_alerts(level) == ["TAT_50"]
    # What was written comes back as rows that are as they were.
    (again,) = tat("source", "follow", "--once", "--format", "json").data
    assert (again["rows_read"], again["rows_loaded"]) == (1, 0)
    waiting = tat("source", "write-back", "status", "--format", "json").data
    assert [row["waiting"] for row in waiting] == [0, 0]

    level.connection.execute("drop trigger tat_users_insert on app.users")
    level.connection.execute("update app.users set department = 'Stores'")
    assert "1 noted changes wait, the oldest for" in tat("source", "status").out
    red = tat("source", "status", "--check")
    assert red.code == 1
    assert "users lack triggers and are compared as a whole" in red.err

    assert "Released: app.activities" in tat("source", "release").err
    assert read_fingerprint(login) == before
    assert "app.tat_alerts, app.approval_levels" in tat("source", "write-back", "off").err
    assert tat("source", "follow", "--once").code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("source", "adopt", "workflow"), "workflow is a schema of Turnaround's own"),
        (("source", "adopt", "nowhere"), "The schema nowhere lacks approval_levels, users"),
        (("source", "write-back", "on"), "TAT_SOURCE_WRITE_URL is not set"),
        (("source", "write-back", "now"), "Nothing is written back"),
        (("source", "replicate", "set-up"), "TAT_SOURCE_URL is not set"),
        (("source", "replicate", "status"), "Nothing is replicated"),
    ],
)
def test_what_can_not_be_done_is_said_in_a_line(
    tat: Tat, arguments: tuple[str, ...], words: str
) -> None:
    answer = tat(*arguments)
    assert answer.code == 1
    assert words in " ".join(answer.err.split())


def test_an_adopted_app_is_loaded_in_place_of_the_sample(
    tat: Tat, level: App, database: Database, settings: Settings
) -> None:
    tat("source", "adopt", "app")
    assert load_data(database, settings, None, accept_bad=False) is None
    with connect(database, "tat_ingest") as connection:
        loaded = connection.execute("select count(*) from workflow.users").fetchone()
    assert loaded == (1,)


def test_one_tick_of_the_sensor_follows_an_adopted_app_and_records_its_alerts(
    tat: Tat, level: App, found_database: DatabaseResource
) -> None:
    tat("source", "adopt", "app")
    with dg.build_sensor_context(last_sensor_start_time=1.0) as context:
        result = tat_threshold_sensor(context, database=found_database)
    assert isinstance(result, dg.SensorResult)
    words = str(result.skip_reason)
    assert "3 rows of the source loaded." in words
    assert "Alerts recorded: 1" in words
    followed = source_is_followed(database=found_database)
    assert isinstance(followed, dg.AssetCheckResult)
    assert followed.passed
    level.connection.execute("alter table app.users disable trigger tat_users_update")
    lacking = source_is_followed(database=found_database)
    assert isinstance(lacking, dg.AssetCheckResult)
    assert not lacking.passed
    assert "users lack triggers" in str(lacking.description)


def send(database: DatabaseResource, started_at: float | None = 1.0) -> dg.SensorResult:
    """Let the sensor write once, as the daemon does."""
    with dg.build_sensor_context(last_sensor_start_time=started_at) as context:
        result = write_back_sensor(context, database=database)
    assert isinstance(result, dg.SensorResult)
    return result


def test_the_sensor_writes_and_its_check_tells_what_is_refused(
    tat: Tat,
    level: App,
    found_database: DatabaseResource,
    database: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(write_back, "load_settings", lambda: settings)
    assert send(found_database).skip_reason == dg.SkipReason("Nothing is written back to the app.")
    tat("source", "adopt", "app")
    tat("source", "write-back", "on")
    tat("source", "follow", "--once")
    preview = send(found_database, None)
    assert "A preview, nothing is written: 2 rows wait." in str(preview.skip_reason)
    assert read_alerts(level) == []
    assert "1 alerts and the flags of 1 levels written back" in str(
        send(found_database).skip_reason
    )
    assert read_alerts(level) == ["TAT_50"]

    level.connection.execute("alter table app.tat_alerts add check (alert_type <> 'TAT_100')")
    level.connection.execute(
        "update app.approval_levels set tat_start_time = now() - interval '2 days',"
        " level_start_time = now() - interval '2 days', updated_at = now()"
    )
    tat("source", "follow", "--once")
    assert "1 rows refused" in str(send(found_database).skip_reason)
    found = alerts_are_written_back(database=found_database)
    assert isinstance(found, dg.AssetCheckResult)
    assert not found.passed
    assert "app.tat_alerts refuses 1" in str(found.description)
