"""The rows in quarantine by hand: listed, tried again, given up; none is ever lost."""

import subprocess
import sys
from datetime import date
from typing import Any

import psycopg
import pytest

from database.connect import Database
from ingestion.held import (
    Choice,
    Grouping,
    choose_ids,
    drop_held,
    list_held,
    retry_held,
    show_held,
)
from ingestion.tables import DateSpan
from tests.ingestion.bundles import Row, Rows, build_level, build_rows, build_user, key_of
from tests.ingestion.conftest import Load, read_one
from tests.ingestion.test_load import read_rows, read_workflow

ALL = Choice()


def read_held(connection: psycopg.Connection) -> list[dict[str, Any]]:
    """What is kept out now."""
    return [row for row in read_rows(connection, "tat", "quarantine") if not row["resolved_at"]]


def list_by(connection: psycopg.Connection, grouping: Grouping, **choice: Any) -> list[Row]:
    """Return the lines of a list."""
    return list_held(connection, Choice(**choice), grouping, 100)


def add_user(owner: psycopg.Connection, name: str) -> None:
    """Write a user as the approval app does, past every load."""
    owner.execute(
        "insert into workflow.users (user_id, email, display_name) values (%s, %s, %s)",
        (key_of(name), f"{name}@example.com", name),
    )


def build_mixed_rows() -> Rows:
    """A bundle with levels of unknown approvers, of a bad status, and one of two faults."""
    levels = [build_level(f"w{name}", approver_id=key_of(name)) for name in ("cyd", "dan", "eve")]
    levels += [build_level(f"b{number}", status=f"it's 'BAD' {number}") for number in (1, 2)]
    levels.append(build_level("b3", status="BAD", tat_hours=-1))
    whole = build_rows() | {"approval_levels": [*build_rows()["approval_levels"], *levels]}
    return whole | {"users": [*whole["users"], build_user("zoe", email="")]}


def test_rows_are_listed_by_reason_table_load_and_each(
    load: Load, ingest: psycopg.Connection
) -> None:
    batch = load(build_mixed_rows()).batch_id
    reasons = {
        (row["table"], row["reason"]): (row["rows"], row["waiting"])
        for row in list_by(ingest, Grouping.REASON)
    }
    statuses = "status is not one of PENDING, IN_PROGRESS, APPROVED, REJECTED, SKIPPED"
    assert reasons == {
        ("approval_levels", "approver_id is not known"): (3, 3),
        ("approval_levels", statuses): (3, 0),
        ("approval_levels", "tat_hours is negative"): (1, 0),
        ("users", "email is missing"): (1, 0),
    }
    tables = {row["table"]: row["rows"] for row in list_by(ingest, Grouping.TABLE)}
    assert tables == {"approval_levels": 6, "users": 1}
    ((loads),) = list_by(ingest, Grouping.LOAD)
    assert (loads["load"], loads["rows"], loads["waiting"]) == (batch, 7, 3)
    assert len(list_by(ingest, Grouping.ROW)) == 7
    assert len(list_by(ingest, Grouping.ROW, table="users")) == 1
    assert len(list_by(ingest, Grouping.ROW, reason="IS NOT one of")) == 3
    assert list_by(ingest, Grouping.ROW, batch=(batch or 0) + 1) == []


def test_a_row_is_shown_as_its_source_gave_it(load: Load, ingest: psycopg.Connection) -> None:
    load({"approval_levels": [build_level("l1")]})
    (held,) = read_held(ingest)
    shown = show_held(ingest, held["quarantine_id"])
    assert shown["state"] == f"waits for workflow_requests {key_of('r1')}"
    assert shown["source_row"]["tat_hours"] == "16"
    with pytest.raises(ValueError, match="No row in quarantine has the id 0"):
        show_held(ingest, 0)


def test_rows_land_once_what_they_refer_to_was_written_by_others(
    load: Load, ingest: psycopg.Connection, connection: psycopg.Connection
) -> None:
    load(build_mixed_rows())
    add_user(connection, "cyd")
    retried = retry_held(ingest, ALL)
    assert (retried.chosen, retried.kept, retried.report.loaded) == (7, 6, 1)
    assert read_one(ingest, "select count(*) from approval_levels") == 3
    assert {row["last_batch_id"] for row in read_held(ingest)} == {retried.report.batch_id}
    logged = read_rows(ingest, "tat", "load_result")[-1]
    assert (logged["rows_read"], logged["rows_inserted"]) == (1, 1)


def test_what_waits_for_a_row_that_lands_follows_it(
    load: Load, ingest: psycopg.Connection, connection: psycopg.Connection
) -> None:
    rows = build_rows()
    del rows["users"]
    load(rows)
    held = len(read_held(ingest))
    add_user(connection, "ada")
    add_user(connection, "ben")
    requests = choose_ids(ingest, Choice(table="workflow_requests"))
    retried = retry_held(ingest, Choice(ids=requests))
    assert (retried.chosen, retried.kept, retried.report.loaded) == (2, 0, held)
    assert read_held(ingest) == []


def test_a_date_lands_once_the_setting_allows_it(load: Load, ingest: psycopg.Connection) -> None:
    load({"users": [build_user("ada", created_at="1960-01-01T00:00:00Z")]})
    assert retry_held(ingest, ALL).kept == 1
    wide = DateSpan.around(date(2026, 1, 1), earliest_year=1950)
    assert retry_held(ingest, ALL, span=wide).kept == 0
    assert read_one(ingest, "select count(*) from users") == 1


def test_what_is_still_broken_stays_as_it_was(load: Load, ingest: psycopg.Connection) -> None:
    load(build_mixed_rows())
    before = read_held(ingest)
    assert retry_held(ingest, ALL).kept == len(before)
    changing = ("last_batch_id", "reasons")
    after = [row | dict.fromkeys(changing) for row in read_held(ingest)]
    assert after == [row | dict.fromkeys(changing) for row in before]


def test_a_row_that_gave_its_place_to_another_does_not_take_it_back(
    load: Load, ingest: psycopg.Connection, connection: psycopg.Connection
) -> None:
    rows = build_rows()
    rows["participants"] += [rows["participants"][0] | {"participant_type": "APPROVER"}]
    load(rows)
    connection.execute(
        "insert into tat.quarantine (table_name, row_key, source_row, reasons)"
        " values ('approval_levels', %s, '{\"level_id\": 1}', '{its start lies outside}')",
        (key_of("l1"),),
    )
    retried = retry_held(ingest, ALL)
    assert (retried.chosen, retried.kept, retried.report.loaded) == (2, 2, 0)
    assert read_one(ingest, "select participant_type from participants") == "APPROVER"
    assert sorted(reason for row in read_held(ingest) for reason in row["reasons"]) == [
        "duplicate participant_id in this batch",
        "its start lies outside",
    ]


def test_what_is_no_row_at_all_is_not_tried(load: Load, ingest: psycopg.Connection) -> None:
    load({"users": [build_user("ada"), build_user("") | {"user_id": None}]}, "jsonl")
    (before,) = read_held(ingest)
    assert retry_held(ingest, ALL).kept == 1
    assert read_held(ingest) == [before]


def test_rows_that_are_given_up_stay_as_a_record_and_come_back_with_their_source(
    load: Load, ingest: psycopg.Connection, connection: psycopg.Connection
) -> None:
    load(build_mixed_rows())
    waiting = choose_ids(ingest, Choice(reason="is not known"))
    assert drop_held(ingest, waiting) == 3
    assert drop_held(ingest, waiting) == 0
    assert len(read_held(ingest)) == 4
    add_user(connection, "cyd")
    assert load({"users": [build_user("cyd")]}).loaded == 1, "nothing waits for cyd any more"
    dropped = [row for row in read_rows(ingest, "tat", "quarantine") if row["is_dropped"]]
    assert [row["quarantine_id"] for row in dropped] == sorted(waiting)
    assert load(build_mixed_rows()).waiting == 2
    assert len(read_held(ingest)) == 6


def test_every_row_is_loaded_or_kept_out_through_loads_retries_and_drops(
    load: Load, ingest: psycopg.Connection, connection: psycopg.Connection
) -> None:
    given = {row["level_id"] for row in build_mixed_rows()["approval_levels"]}

    def find_all() -> list[str]:
        loaded = ingest.execute("select level_id::text from approval_levels").fetchall()
        held = ingest.execute(
            "select row_key from tat.quarantine where table_name = 'approval_levels'"
            " and (resolved_at is null or is_dropped)"
        ).fetchall()
        return sorted(key for (key,) in [*loaded, *held])

    load(build_mixed_rows())
    assert find_all() == sorted(given)
    add_user(connection, "dan")
    retry_held(ingest, ALL)
    assert find_all() == sorted(given)
    drop_held(ingest, choose_ids(ingest, Choice(reason="tat_hours")))
    assert find_all() == sorted(given)
    load({"users": [build_user("eve"), build_user("cyd")]})
    assert find_all() == sorted(given)


KILLED_RETRY = """
import sys
import psycopg
from ingestion import held

def stop(*_):
    print("merged", flush=True)
    sys.stdin.read()

held.finish_batch = stop
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    held.retry_held(connection, held.Choice())
"""


@pytest.mark.slow
def test_a_killed_retry_changes_nothing_and_the_next_succeeds(
    load: Load, ingest: psycopg.Connection, connection: psycopg.Connection, database: Database
) -> None:
    load(build_mixed_rows())
    add_user(connection, "cyd")
    before = (read_workflow(ingest), read_rows(ingest, "tat", "quarantine"))
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED_RETRY, database.conninfo("tat_ingest")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"merged\n"
        child.kill()
    assert (read_workflow(ingest), read_rows(ingest, "tat", "quarantine")) == before
    assert retry_held(ingest, ALL).report.loaded == 1
