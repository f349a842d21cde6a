"""Events over HTTP: what lands, what is kept out, and that each counts exactly once."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jsonschema
import psycopg
import pytest

from database.connect import Database, connect
from database.statements import fetch
from ingestion.contract import TABLES
from ingestion.held import Choice, retry_held
from ingestion.schema import build_schema
from orchestration.engine.tick import read_database_time, run_ticks
from orchestration.signing import compute_signature
from tests.ingestion.bundles import (
    build_level,
    build_request,
    build_rows,
    build_user,
    count_rows,
    key_of,
)
from tests.ingestion.conftest import ingest, read_one
from tests.ingestion.test_load import read_rows, read_workflow
from tests.screen.sender import EVENTS_SECRET, Sender, open_door

__all__ = ["ingest"]


@pytest.fixture
def sender(database: Database) -> Iterator[Sender]:
    """Somebody who may send events."""
    with open_door(database) as opened:
        yield opened


def list_outcomes(data: Any) -> dict[str, str]:
    """What became of each row that was not accepted."""
    return {row["row"]: row["outcome"] for row in data["rows"] if row["outcome"] != "accepted"}


def test_a_signature_is_that_of_the_specification() -> None:
    body = b'{"test": 2432232314}'
    signature = compute_signature(EVENTS_SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", body, 1614265330)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_rows_of_an_event_land(sender: Sender, ingest: psycopg.Connection) -> None:
    rows = build_rows()
    reply = sender.send(rows, "order-1")
    assert reply.status == 200
    assert reply.data["accepted"] == count_rows(rows)
    assert {name: len(found) for name, found in read_workflow(ingest).items()} == {
        name: len(found) for name, found in rows.items()
    }
    (batch,) = read_rows(ingest, "tat", "load_batch")
    assert (batch["batch_id"], batch["source"]) == (reply.data["load"], "event order-1")
    assert batch["finished_at"] is not None


def test_the_next_tick_records_what_an_event_brought(
    sender: Sender, database: Database, connection: psycopg.Connection
) -> None:
    rows = build_rows()
    rows["approval_levels"][0] |= {"status": "IN_PROGRESS", "level_end_time": None}
    del rows["level_pauses"]
    sender.send(rows)
    with connect(database, "tat_engine", autocommit=True) as engine:
        run_ticks(engine, read_database_time(engine), origin="command")
    alerts = fetch(connection, "select level_id::text, alert_type from tat.tat_alerts order by 2")
    assert [(row["level_id"], row["alert_type"]) for row in alerts] == [
        (key_of("l1"), alert) for alert in ("TAT_100", "TAT_50", "TAT_75")
    ]


def test_each_row_is_told_what_became_of_it(sender: Sender, ingest: psycopg.Connection) -> None:
    rows = build_rows()
    rows["approval_levels"] += [
        build_level("l3", status="DONE", tat_hours=-1),
        build_level("l4", approver_id=key_of("cyd")),
    ]
    rows["users"][0]["mood"] = "good"
    reply = sender.send(rows)
    assert list_outcomes(reply.data) == {
        "/approval_levels/2": "quarantined",
        "/approval_levels/3": "waiting",
    }
    broken, waiting = (row for row in reply.data["rows"] if row["outcome"] != "accepted")
    assert len(broken["reasons"]) == 2
    assert waiting["reasons"] == [f"approver_id '{key_of('cyd')}' is not known"]
    assert reply.data["unknown_columns"] == {"users": ["mood"]}
    held = read_rows(ingest, "tat", "quarantine")
    assert [(row["row_number"], row["is_waiting"]) for row in held] == [(3, False), (4, True)]
    assert reply.data["accepted"] + len(held) == count_rows(rows)


def test_a_row_that_waits_lands_with_its_parent_and_by_a_retry(
    sender: Sender, ingest: psycopg.Connection, connection: psycopg.Connection
) -> None:
    rows = build_rows()
    late = {"users": rows.pop("users")}
    assert sender.send({"workflow_requests": rows["workflow_requests"]}).data["waiting"] == 2
    assert sender.send(late).data["accepted"] == 2
    assert read_one(ingest, "select count(*) from workflow_requests") == 2
    level = build_level("l9", approver_id=key_of("cyd"))
    assert sender.send({"approval_levels": [level]}).data["waiting"] == 1
    connection.execute(
        "insert into workflow.users (user_id, email, display_name) values (%s, 'c@x', 'Cyd')",
        (key_of("cyd"),),
    )
    assert retry_held(ingest, Choice()).kept == 0


def test_a_row_that_lacks_a_column_leaves_it_as_it_is(
    sender: Sender, ingest: psycopg.Connection
) -> None:
    sender.send(build_rows())
    first = build_user("ada", updated_at="2026-04-01T00:00:00Z", location="Pune")
    second = build_user("ben", updated_at="2026-04-01T00:00:00Z")
    del second["department"]
    assert sender.send({"users": [first, second]}).data["accepted"] == 2
    found = {row["email"]: row for row in read_rows(ingest, "workflow", "users")}
    assert found["ada@example.com"]["location"] == "Pune"
    assert found["ben@example.com"]["department"] == "Finance"


def test_an_older_version_changes_nothing_and_is_accepted(
    sender: Sender, ingest: psycopg.Connection
) -> None:
    sender.send({"users": [build_user("ada", department="New", updated_at="2026-04-01T00:00:00Z")]})
    assert sender.send({"users": [build_user("ada")]}).data["accepted"] == 1
    assert read_one(ingest, "select department from users") == "New"


def test_the_same_event_again_is_answered_as_at_first(
    sender: Sender, ingest: psycopg.Connection
) -> None:
    rows = {"approval_levels": [build_level("l1")], "users": [build_user("ben")]}
    first = sender.send(rows, "order-1")
    assert list_outcomes(first.data) == {"/approval_levels/0": "waiting"}
    sender.send({"users": [build_user("ada")], "workflow_requests": [build_request("r1")]})
    assert read_one(ingest, "select count(*) from approval_levels") == 1
    again = sender.send(dict(reversed(rows.items())), "order-1")
    assert (again.status, again.data) == (200, first.data)
    assert list(again.data) == list(first.data)
    assert len(read_rows(ingest, "tat", "load_batch")) == 2


def test_an_id_stands_for_one_event_only(sender: Sender, ingest: psycopg.Connection) -> None:
    sender.send({"users": [build_user("ada")]}, "order-1")
    other = sender.send({"users": [build_user("ben")]}, "order-1")
    assert other.status == 409
    assert "taken before with other rows" in other.data["detail"]
    assert read_one(ingest, "select count(*) from users") == 1


WAITING = "select count(*) from pg_locks where locktype = 'advisory' and not granted"


def test_the_same_event_at_two_doors_at_once_counts_once(
    sender: Sender, database: Database, ingest: psycopg.Connection
) -> None:
    rows = {"users": [build_user(f"user {number}") for number in range(50)]}
    with (
        open_door(database) as other,
        connect(database, "tat_ingest") as load,
        ThreadPoolExecutor(2) as pool,
    ):
        load.execute("select pg_advisory_xact_lock(7280, 2)")
        sent = [pool.submit(each.send, rows, "order-1") for each in (sender, other)]
        while read_one(ingest, WAITING) < 2:
            time.sleep(0.01)
        load.rollback()
        first, second = (reply.result() for reply in sent)
    assert (first.status, second.status) == (200, 200)
    assert first.data == second.data
    assert len(read_rows(ingest, "tat", "load_batch")) == 1
    assert read_one(ingest, "select count(*) from users") == 50


def test_an_event_that_was_taken_is_answered_while_a_load_runs(
    sender: Sender, database: Database
) -> None:
    first = sender.send({"users": [build_user("ada")]}, "order-1")
    with connect(database, "tat_ingest") as load:
        load.execute("select pg_advisory_xact_lock(7280, 2)")
        assert sender.send({"users": [build_user("ada")]}, "order-1").data == first.data


def test_an_event_of_a_broken_source_is_refused_and_may_come_again(
    sender: Sender, ingest: psycopg.Connection
) -> None:
    bad = [build_user(f"user {number}", email="") for number in range(60)]
    refused = sender.send({"users": bad}, "order-1")
    assert refused.status == 422
    assert "none was taken" in refused.data["detail"]
    assert refused.data["errors"][0].startswith("users: 60 of 60 rows (100 %) are bad")
    for table in ("load_batch", "quarantine", "event"):
        assert read_rows(ingest, "tat", table) == []
    mended = [user | {"email": "a@example.com"} for user in bad]
    assert sender.send({"users": mended}, "order-1").data["accepted"] == 60


def test_old_events_are_forgotten(
    sender: Sender, ingest: psycopg.Connection, connection: psycopg.Connection
) -> None:
    sender.send({"users": [build_user("ada")]}, "old")
    connection.execute("update tat.event set received_at = received_at - interval '31 days'")
    sender.send({"users": [build_user("ben")]}, "new")
    assert [row["event_id"] for row in read_rows(ingest, "tat", "event")] == ["new"]


def test_the_schema_takes_good_rows_and_names_each_column(sender: Sender) -> None:
    answer = sender.browser.ask("/events/schema")
    assert answer.headers["content-type"] == "application/schema+json"
    schema = json.loads(answer.text)
    assert schema == build_schema()
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    rows = build_rows()
    rows["approval_levels"] = [level | {"tat_hours": 16} for level in rows["approval_levels"]]
    rows["workflow_requests"] = [
        request | {"total_tat_hours": 40.5} for request in rows["workflow_requests"]
    ]
    assert list(validator.iter_errors(rows)) == []
    for table in TABLES:
        columns = set(schema["$defs"][table.name]["properties"])
        assert columns == {column.name for column in table.accepted_columns}


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        ("approval_levels", {"status": "DONE"}),
        ("approval_levels", {"tat_hours": 0}),
        ("approval_levels", {"level_number": "one"}),
        ("approval_levels", {"level_id": None}),
        ("approval_levels", {"created_at": 5}),
        ("users", {"email": ""}),
        ("workflow_requests", {"is_draft": "perhaps"}),
    ],
)
def test_what_the_schema_refuses_is_kept_out(
    sender: Sender, table: str, damage: dict[str, Any]
) -> None:
    rows = build_rows()
    rows[table][0] |= damage
    pointers = {
        (error.absolute_path[0], error.absolute_path[1])
        for error in jsonschema.Draft202012Validator(build_schema()).iter_errors(rows)
    }
    assert (table, 0) in pointers
    assert list_outcomes(sender.send(rows).data)[f"/{table}/0"] == "quarantined"
