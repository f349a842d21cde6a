"""What Dagster is told of deliveries, and operators of what happens in Dagster."""

from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import dagster as dg
import pytest
from pydantic import SecretStr

from database.connect import Database, connect
from database.settings import Settings
from orchestration.defs.delivery import sensors
from orchestration.defs.delivery.operators import operators_sensor
from orchestration.defs.delivery.sensors import delivery_sensor, notifications_are_delivered
from orchestration.defs.resources import DatabaseResource
from orchestration.delivery.notices import ping_heartbeat
from orchestration.delivery.sending import deliver
from orchestration.engine.tick import read_database_time, run_ticks
from tests.alerts.workflow import Workflow

# Events of all runs in one log, as in PostgreSQL.
ONE_LOG = {
    "module": "dagster._core.storage.event_log",
    "class": "ConsolidatedSqliteEventLogStorage",
    "config": {"base_dir": "."},
}


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Mail goes into a folder of the test."""
    monkeypatch.setattr(sensors, "load_settings", lambda: Settings(home=tmp_path))
    return tmp_path


def tick(database: Database) -> None:
    """Record what has crossed by now."""
    with connect(database, "tat_engine", autocommit=True) as connection:
        run_ticks(connection, read_database_time(connection), origin="command")


def send(database: DatabaseResource, started_at: float | None = 1.0) -> dg.SensorResult:
    """Let the sensor send once, as the daemon does."""
    with dg.build_sensor_context(last_sensor_start_time=started_at) as context:
        result = delivery_sensor(context, database=database)
    assert isinstance(result, dg.SensorResult)
    return result


def test_the_sensor_sends_and_says_how_much(
    found_database: DatabaseResource,
    database: Database,
    crossed_level: tuple[Workflow, datetime],
    home: Path,
) -> None:
    tick(database)
    assert "A preview, nothing is sent" in str(send(found_database, None).skip_reason)
    assert not (home / "mail").exists()
    result = send(found_database)
    assert "2 messages sent" in str(result.skip_reason)
    assert len(list((home / "mail").glob("*.eml"))) == 1
    check, sent = result.asset_events
    assert isinstance(check, dg.AssetCheckEvaluation)
    assert check.passed
    assert isinstance(sent, dg.AssetMaterialization)
    assert sent.metadata["sent"].value == 2


def test_the_check_is_red_when_something_is_stuck_or_given_up(
    found_database: DatabaseResource,
    database: Database,
    crossed_level: tuple[Workflow, datetime],
    home: Path,
) -> None:
    tick(database)
    workflow, _ = crossed_level
    deliver(database, Settings(home=home), seconds=30)
    assert check(found_database).passed
    workflow.connection.execute(
        "update tat.delivery set state = 'failed', finished_at = null,"
        " send_at = now() - interval '11 minutes' where channel_name = 'email'"
    )
    stuck = check(found_database)
    assert not stuck.passed
    assert stuck.description == "email: due for over ten minutes; see `tat channel list`."
    workflow.connection.execute(
        "update tat.delivery set state = 'dead', finished_at = now() where channel_name = 'email'"
    )
    assert "given up" in str(check(found_database).description)


def check(database: DatabaseResource) -> dg.AssetCheckResult:
    """Make the check."""
    result = notifications_are_delivered(database)
    assert isinstance(result, dg.AssetCheckResult)
    return result


@dg.asset
def broken() -> None:
    """Fails."""
    raise dg.Failure("The disk is full.")


@dg.asset
def whole() -> None:
    """Succeeds."""


@dg.asset_check(asset=whole)
def doubtful() -> dg.AssetCheckResult:
    """Is red."""
    return dg.AssetCheckResult(passed=False, description="One row has no name.")


def test_operators_are_told_once_of_failed_runs_and_red_checks(
    found_database: DatabaseResource,
    database: Database,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(home)
    with dg.instance_for_test(overrides={"event_log_storage": ONE_LOG}) as instance:

        def watch(cursor: str | None) -> dg.SensorResult:
            with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
                result = operators_sensor(context, database=found_database)
            assert isinstance(result, dg.SensorResult)
            return result

        dg.materialize([broken], instance=instance, raise_on_error=False)
        first = watch(None)
        assert first.skip_reason is not None
        assert list_notices(database) == []
        dg.materialize([broken], instance=instance, raise_on_error=False)
        dg.materialize([whole, doubtful], instance=instance)
        second = watch(first.cursor)
        expected = ["The check doubtful is red", "The run of __ephemeral_asset_job__ failed"]
        assert sorted(list_notices(database)) == expected
        dg.materialize([whole, doubtful], instance=instance)
        watch(watch(second.cursor).cursor)
        assert sorted(list_notices(database)) == expected
    deliver(database, Settings(home=home), seconds=30)
    mails = [file.read_text() for file in (home / "mail").glob("*.eml")]
    assert len(mails) == 2
    assert any("One row has no name." in mail for mail in mails)


def list_notices(database: Database) -> list[str]:
    """The subjects of what operators are told."""
    with connect(database, "tat_engine", autocommit=True) as connection:
        return [subject for (subject,) in connection.execute("select subject from tat.notice")]


def test_the_sign_of_life_is_called_and_its_absence_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    called = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        address = SecretStr(f"http://127.0.0.1:{server.server_port}/ping/token")
        ping_heartbeat(address)
        thread.join()
    assert called == ["/ping/token"]
    ping_heartbeat(address)
    assert "TAT_HEARTBEAT_URL can't be called" in caplog.text
    assert "token" not in caplog.text
    ping_heartbeat(None)
