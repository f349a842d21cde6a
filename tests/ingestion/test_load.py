"""Loading bundles: what lands, what stays as it is, and what survives a crash."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from database.connect import Database, connect
from database.statements import fetch
from ingestion.contract import TABLES
from ingestion.keys import map_key
from ingestion.load import LoadReport, load_bundle, validate_bundle
from tests.ingestion.bundles import (
    FORMATS,
    build_level,
    build_request,
    build_rows,
    build_user,
    count_rows,
    key_of,
    write_bundle,
)
from tests.ingestion.conftest import Load, read_one

Snapshot = dict[str, list[dict[str, Any]]]


def read_workflow(connection: psycopg.Connection) -> Snapshot:
    """Every row of the source tables."""
    return {table.name: read_rows(connection, "workflow", table.name) for table in TABLES}


def read_rows(connection: psycopg.Connection, schema: str, table: str) -> list[dict[str, Any]]:
    """Every row of a table, in the order of its first column."""
    statement = sql.SQL("select * from {} order by 1").format(sql.Identifier(schema, table))
    return fetch(connection, statement)


def read_level(connection: psycopg.Connection, name: str) -> dict[str, Any]:
    """A level by its name in these tests."""
    rows = read_rows(connection, "workflow", "approval_levels")
    return next(row for row in rows if str(row["level_id"]) == key_of(name))


def read_versions(connection: psycopg.Connection) -> list[Any]:
    """Which transaction wrote or locked each level, user and holiday, and where it lies."""
    return connection.execute(
        "select user_id, xmin::text, xmax::text, ctid::text from users union all "
        "select level_id, xmin::text, xmax::text, ctid::text from approval_levels union all "
        "select holiday_id, xmin::text, xmax::text, ctid::text from holidays order by 1"
    ).fetchall()


def assert_adds_up(report: LoadReport) -> None:
    for table in report.tables:
        outcomes = (table.unchanged, table.quarantined, table.waiting)
        assert table.read == table.loaded + sum(outcomes), table


@pytest.mark.slow
def test_a_public_event_log_loads_wholly_and_once(
    ingest: psycopg.Connection, bundle_dir: Path
) -> None:
    first = load_bundle(ingest, bundle_dir)
    ingest.execute("select 1")
    counts = {table.table: table.inserted for table in first.tables}
    assert counts == {
        "users": 160,
        "workflow_requests": 6760,
        "approval_levels": 15122,
        "participants": 21059,
        "activities": 36072,
        "holidays": 24,
    }
    assert (first.read, first.quarantined, first.waiting, first.reasons) == (79197, 0, 0, ())
    changes = read_one(ingest, "select max(change_id) from tat.level_change")
    before = read_versions(ingest)
    second = load_bundle(ingest, bundle_dir)
    assert (second.unchanged, second.loaded, second.read) == (79197, 0, 79197)
    assert read_versions(ingest) == before
    assert read_one(ingest, "select max(change_id) from tat.level_change") == changes


def test_every_table_of_the_contract_lands(load: Load, ingest: psycopg.Connection) -> None:
    rows = build_rows()
    report = load(rows)
    assert {table.table: table.inserted for table in report.tables} == {
        name: len(records) for name, records in rows.items()
    }
    landed = read_workflow(ingest)
    assert landed["work_notes"][0]["message"] == rows["work_notes"][0]["message"]
    assert landed["activities"][0]["metadata"] == rows["activities"][0]["metadata"]
    assert landed["holidays"][0]["applies_to_departments"] == ["Sales", 'R "and" D, Pune']
    assert landed["holidays"][0]["applies_to_locations"] == []
    assert landed["documents"][0]["file_size"] == 5_000_000_000
    assert_adds_up(report)


@pytest.mark.slow
def test_every_format_lands_the_same(ingest: psycopg.Connection, tmp_path: Path) -> None:
    landed = []
    for file_format in FORMATS:
        directory = write_bundle(tmp_path / file_format, build_rows(), file_format)
        with ingest.transaction(force_rollback=True):
            report = load_bundle(ingest, directory)
            assert report.loaded == count_rows(build_rows())
            landed.append(read_workflow(ingest))
    assert landed[1:] == landed[:1] * 3


def test_a_second_load_writes_nothing_at_all(load: Load, connection: psycopg.Connection) -> None:
    load(build_rows())
    before = read_versions(connection)
    connection.execute("delete from tat.calendar_change")
    connection.execute("delete from tat.level_change")
    report = load(build_rows(), "jsonl")
    assert (report.unchanged, report.loaded) == (count_rows(build_rows()), 0)
    assert read_versions(connection) == before
    assert read_rows(connection, "tat", "calendar_change") == []
    assert read_rows(connection, "tat", "level_change") == []


def test_a_changed_row_is_updated_and_captured(load: Load, connection: psycopg.Connection) -> None:
    load(build_rows())
    connection.execute("delete from tat.level_change")
    decided = {"status": "REJECTED", "updated_at": "2026-03-02T13:00:00+05:30"}
    report = load({"approval_levels": [build_level("l1") | decided, build_level("l3")]})
    (table,) = report.tables
    assert (table.inserted, table.updated, table.unchanged) == (1, 1, 0)
    changes = read_rows(connection, "tat", "level_change")
    assert [(change["old_status"], change["new_status"]) for change in changes] == [
        ("APPROVED", "REJECTED")
    ]


def test_rows_beside_a_changed_one_are_not_even_locked(
    load: Load, ingest: psycopg.Connection
) -> None:
    load(build_rows())
    before = read_versions(ingest)
    rows = build_rows()
    rows["approval_levels"][1] |= {"comments": "changed"}
    assert load(rows).loaded == 1
    changed = {row[0] for row in set(read_versions(ingest)) - set(before)}
    assert {str(key) for key in changed} == {key_of("l2")}


def test_an_older_version_never_replaces_a_newer_one(
    load: Load, ingest: psycopg.Connection
) -> None:
    load(build_rows())
    older = build_level("l1", comments="older", updated_at="2026-03-02T11:59:59.999999+05:30")
    report = load({"approval_levels": [older]})
    assert (report.unchanged, report.loaded) == (1, 0)
    assert read_level(ingest, "l1")["comments"] is None
    as_old = build_level("l1", comments="as new", updated_at="2026-03-02T06:30:00Z")
    assert load({"approval_levels": [as_old]}).loaded == 1
    assert read_level(ingest, "l1")["comments"] == "as new"


def test_a_row_without_a_version_replaces_only_what_differs(
    load: Load, ingest: psycopg.Connection
) -> None:
    load(build_rows())
    assert load({"users": [build_user("ada", updated_at=None)]}).unchanged == 1
    assert load({"users": [build_user("ada", updated_at=None, department="Legal")]}).loaded == 1
    ada = next(row for row in read_rows(ingest, "workflow", "users") if row["email"][0] == "a")
    assert ada["department"] == "Legal"
    assert ada["updated_at"] is not None


def test_what_the_engine_writes_is_kept(load: Load, connection: psycopg.Connection) -> None:
    load(build_rows())
    connection.execute(
        "update workflow.approval_levels set tat50_alert_sent = true, tat_breached = true"
    )
    bundle = [build_level("l1", tat_breached=False, tat50_alert_sent="nonsense", comments="x")]
    report = load({"approval_levels": bundle})
    level = read_level(connection, "l1")
    assert (level["tat50_alert_sent"], level["tat_breached"], level["comments"]) == (
        True,
        True,
        "x",
    )
    assert report.tables[0].unknown_columns == ()
    assert [warning.split(" is ")[0] for warning in report.warnings] == [
        "approval_levels: tat50_alert_sent",
        "approval_levels: tat_breached",
    ]


def test_starts_that_the_engine_filled_in_are_kept(
    load: Load, connection: psycopg.Connection
) -> None:
    rows = build_rows()
    started = build_level("l2", status="IN_PROGRESS", level_start_time=None, tat_start_time=None)
    rows["approval_levels"][1] = started
    load(rows)
    connection.execute(
        "update workflow.approval_levels set level_start_time = '2026-03-02T13:00Z', "
        "tat_start_time = '2026-03-02T13:00Z' where level_id = %s",
        (key_of("l2"),),
    )
    assert load({"approval_levels": [started]}).unchanged == 1
    decided = started | {"status": "APPROVED", "level_end_time": "2026-03-02T14:00:00Z"}
    assert load({"approval_levels": [decided]}).loaded == 1
    level = read_level(connection, "l2")
    assert level["level_start_time"] == level["tat_start_time"] is not None
    waiting_again = decided | {"status": "PENDING", "level_end_time": None}
    assert load({"approval_levels": [waiting_again]}).loaded == 1
    assert read_level(connection, "l2")["tat_start_time"] is None


def test_a_column_that_a_bundle_lacks_is_left_alone(load: Load, ingest: psycopg.Connection) -> None:
    load(build_rows())
    ben = build_user("ben", display_name="Benno")
    del ben["department"], ben["is_active"]
    load({"users": [ben]}, "jsonl")
    row = next(row for row in read_rows(ingest, "workflow", "users") if row["email"][0] == "b")
    assert (row["display_name"], row["department"], row["is_active"]) == ("Benno", "Finance", True)


def test_empty_flags_count_as_their_default(load: Load, ingest: psycopg.Connection) -> None:
    rows = build_rows()
    rows["users"] = [build_user("ada", is_active=None), build_user("ben", is_active="0")]
    load(rows)
    users = read_rows(ingest, "workflow", "users")
    assert {row["display_name"]: row["is_active"] for row in users} == {"Ada": True, "Ben": False}


def test_unknown_columns_are_kept_out_and_reported(load: Load, ingest: psycopg.Connection) -> None:
    rows = build_rows()
    rows["users"][0] |= {"shoe_size": "43", "Nickname": ""}
    report = load(rows)
    assert report.tables[0].unknown_columns == ("shoe_size", "nickname")
    logged = read_rows(ingest, "tat", "load_result")
    users = next(row for row in logged if row["table_name"] == "users")
    assert users["unknown_columns"] == ["shoe_size", "nickname"]


def test_other_systems_keys_map_alike_wherever_they_stand(
    load: Load, ingest: psycopg.Connection
) -> None:
    rows = {
        "users": [build_user("ada", user_id="U-1"), build_user("ben", user_id=" U-2 ")],
        "workflow_requests": [build_request("r1", request_id="17", initiator_id="U-1")],
        "approval_levels": [
            build_level("l1", level_id="17", request_id="17", approver_id="U-2", skipped_by="U-1")
        ],
    }
    report = load(rows)
    assert (report.loaded, report.waiting) == (4, 0)
    assert [table.mapped_keys for table in report.tables] == [2, 1, 1]
    (level,) = read_rows(ingest, "workflow", "approval_levels")
    assert level["level_id"] == map_key("approval_levels", "17")
    assert level["request_id"] == map_key("workflow_requests", "17") != level["level_id"]
    assert level["skipped_by"] == map_key("users", "U-1")
    assert load(rows).unchanged == 4


def test_a_uuid_is_the_same_in_any_spelling(load: Load) -> None:
    load(build_rows())
    spelt = key_of("ada").upper().replace("-", "")
    assert load({"users": [build_user("ada", user_id=spelt)]}).unchanged == 1


@pytest.mark.slow
def test_a_dry_run_counts_alike_and_changes_nothing(
    ingest: psycopg.Connection, connection: psycopg.Connection, tmp_path: Path
) -> None:
    load_bundle(ingest, write_bundle(tmp_path / "first", build_rows()))
    rows = build_rows()
    rows["users"].append(build_user("cyd"))
    rows["workflow_requests"] += [
        build_request("r3", initiator_id=key_of("cyd")),
        build_request("r4", initiator_id=key_of("nobody")),
        build_request("r5", status="DONE"),
    ]
    rows["approval_levels"] += [
        build_level("l3", request_id=key_of("r3")),
        build_level("l4", request_id=key_of("r4")),
        build_level("l1", comments="new", updated_at="2026-03-03T00:00:00Z"),
    ]
    directory = write_bundle(tmp_path / "second", rows)
    tables = [*[("workflow", table.name) for table in TABLES], *list_tat_tables(connection)]
    before = {name: read_rows(connection, *name) for name in tables}
    dry = validate_bundle(ingest, directory)
    assert {name: read_rows(connection, *name) for name in tables} == before
    wet = load_bundle(ingest, directory)
    assert dry.batch_id is None
    assert (dry.tables, dry.reasons, dry.warnings) == (wet.tables, wet.reasons, wet.warnings)
    assert (wet.quarantined, wet.waiting) == (2, 2)


def list_tat_tables(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """The tables beside the source tables."""
    query = "select schemaname, tablename from pg_tables where schemaname = 'tat'"
    return [(schema, name) for schema, name in connection.execute(query)]


def test_the_log_says_what_the_report_says(load: Load, ingest: psycopg.Connection) -> None:
    report = load(build_rows())
    logged = read_rows(ingest, "tat", "load_result")
    assert {
        (row["table_name"], row["rows_read"], row["rows_inserted"], row["batch_id"])
        for row in logged
    } == {(table.table, table.read, table.inserted, report.batch_id) for table in report.tables}
    (batch,) = read_rows(ingest, "tat", "load_batch")
    assert batch["source"] == report.source
    assert batch["finished_at"] >= batch["started_at"]


def test_progress_ends_at_the_number_of_rows(
    ingest: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.sources.files.CHUNK_ROWS", 3)
    rows = {"users": [build_user(f"user {number}") for number in range(10)]}
    calls: list[tuple[str, str, int, int]] = []
    load_bundle(ingest, write_bundle(tmp_path, rows), progress=lambda *call: calls.append(call))
    assert [done for stage, _, done, _ in calls if stage == "reading"] == [3, 6, 9, 10]
    assert all(done <= total for _, _, done, total in calls)
    assert calls[-2][2:] == calls[-1][2:] == (10, 10)


def test_statistics_are_fresh_after_a_large_load(
    load: Load, connection: psycopg.Connection
) -> None:
    load({"users": [build_user(f"user {number}") for number in range(500)]})
    query = "select reltuples from pg_class where oid = 'workflow.users'::regclass"
    assert read_one(connection, query) == 500


KILLED_LOAD = """
import signal, sys
from pathlib import Path
import psycopg
from ingestion.load import load_bundle

def stop_at_levels(stage, table, done, total):
    if (stage, table) == ("merging", "approval_levels"):
        print("landed requests", flush=True)
        sys.stdin.read()

with psycopg.connect(sys.argv[1]) as connection:
    load_bundle(connection, Path(sys.argv[2]), progress=stop_at_levels)
"""


@pytest.mark.slow
def test_a_killed_load_leaves_nothing_and_the_next_succeeds(
    ingest: psycopg.Connection, database: Database, tmp_path: Path
) -> None:
    directory = write_bundle(tmp_path, build_rows())
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED_LOAD, database.conninfo("tat_ingest"), str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"landed requests\n"
        child.kill()
    assert read_workflow(ingest) == {table.name: [] for table in TABLES}
    assert read_rows(ingest, "tat", "load_batch") == []
    assert load_bundle(ingest, directory).loaded == count_rows(build_rows())


def test_two_loads_of_one_bundle_at_once_both_end_well(database: Database, tmp_path: Path) -> None:
    directory = write_bundle(tmp_path, build_rows())
    is_first_inside, is_second_waiting = threading.Event(), threading.Event()
    reports: dict[str, LoadReport] = {}

    def let_second_wait(stage: str, *_: Any) -> None:
        is_first_inside.set()
        assert is_second_waiting.wait(30)

    def note_waiting(stage: str, *_: Any) -> None:
        if stage == "waiting":
            is_second_waiting.set()

    def run_load(name: str, progress: Any) -> None:
        with connect(database, "tat_ingest") as own:
            reports[name] = load_bundle(own, directory, progress=progress)

    first = threading.Thread(target=run_load, args=("first", let_second_wait))
    second = threading.Thread(target=run_load, args=("second", note_waiting))
    first.start()
    assert is_first_inside.wait(30)
    second.start()
    first.join(60)
    second.join(60)
    total = count_rows(build_rows())
    counts = {name: (report.loaded, report.unchanged) for name, report in reports.items()}
    assert counts == {"first": (total, 0), "second": (0, total)}
