"""What a newcomer gets: the sample, the figures, the commands."""

import itertools
import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.distribution import FULL
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
def address(brought_up: Installation) -> Iterator[str]:
    """Brought up once more, and serving Dagster: where, without the scheme."""
    with subprocess.Popen(
        [str(TAT), "up"],
        cwd=CHECKOUT,
        env=brought_up.environment | {"TAT_ALLOWED_HOSTS": "dagster.example.com"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as serving:
        assert serving.stdout is not None
        try:
            lines = (re.search(r"http://(127\.0\.0\.1:\d+)", line) for line in serving.stdout)
            (found,) = itertools.islice(filter(None, lines), 1)
            yield found[1]
        finally:
            os.killpg(serving.pid, signal.SIGINT)


@pytest.fixture(scope="module")
def served(brought_up: Installation, address: str) -> Installation:
    """The installation whose Dagster is served."""
    return brought_up


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


def ask(address: str, path: str = "/", data: bytes | None = None, **headers: str) -> int:
    """The status of Dagster's answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://{address}{path}", data, named)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_ui_answers_under_its_names_alone(address: str) -> None:
    port = address.partition(":")[2]
    hosts = [address, f"localhost:{port}", "dagster.example.com", f"evil.example:{port}"]
    assert [ask(address, Host=host) for host in hosts] == [200, 200, 200, 400]


def test_no_page_of_another_site_can_ask_the_ui(address: str) -> None:
    question, foreign = "/graphql?query=%7Bversion%7D", "http://evil.example"
    assert ask(address, question, b"") == 200
    assert ask(address, question, b"", Origin=f"http://{address}") == 200
    assert ask(address, question, b"", Origin=foreign, Content_Type="text/plain") == 403
    assert ask(address, question, Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="image") == 403
    assert ask(address, "/runs", Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="document") == 200


def test_no_page_of_another_site_can_open_a_websocket(address: str) -> None:
    url, protocol = f"ws://{address}/graphql", Subprotocol("graphql-ws")
    with connect(url, origin=Origin(f"http://{address}"), subprotocols=[protocol]) as socket:
        socket.send('{"type": "connection_init"}')
        assert json.loads(socket.recv(timeout=20)) == {"type": "connection_ack"}
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(url, origin=Origin("http://evil.example"), subprotocols=[protocol]),
    ):
        pass
    assert refused.value.response.status_code == 403


def query_ui(address: str, query: str, **variables: Any) -> Any:
    """Dagster's answer to a GraphQL query, as the page of the UI asks."""
    request = urllib.request.Request(
        f"http://{address}/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)["data"]


LIST_ASSETS = "{ assetNodes { assetKey { path } isMaterializable } }"
LAUNCH = """
mutation Launch($params: ExecutionParams!) {
  launchPipelineExecution(executionParams: $params) { ... on LaunchRunSuccess { run { runId } } }
}
"""
READ_RUN = """
query Read($run: ID!) { runOrError(runId: $run) { ... on Run {
  status stepStats { stepKey status } } } }
"""


def launch_all(address: str) -> str:
    """Launch what *Materialize all* launches; the run's id."""
    nodes = query_ui(address, LIST_ASSETS)["assetNodes"]
    selector = {
        "repositoryLocationName": "turnaround",
        "repositoryName": "__repository__",
        "pipelineName": "__ASSET_JOB",
        "assetSelection": [node["assetKey"] for node in nodes if node["isMaterializable"]],
    }
    params = {"selector": selector, "mode": "default", "runConfigData": "{}"}
    launched = query_ui(address, LAUNCH, params=params)["launchPipelineExecution"]
    return str(launched["run"]["runId"])


@FULL
def test_materialize_all_succeeds_and_builds_every_model_in_one_step(address: str) -> None:
    run = launch_all(address)
    found: dict[str, Any] = {"status": "STARTING"}
    deadline = time.monotonic() + 300
    while found["status"] in {"QUEUED", "NOT_STARTED", "STARTING", "STARTED"}:
        assert time.monotonic() < deadline
        time.sleep(1)
        found = query_ui(address, READ_RUN, run=run)["runOrError"]
    assert found["status"] == "SUCCESS"
    steps = [step["stepKey"] for step in found["stepStats"]]
    assert [step for step in steps if step.startswith("warehouse_models")] == ["warehouse_models"]
