"""Rows that are kept out: each with its reasons, none lost, and back when they can land."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from database.statements import fetch
from ingestion.load import LoadReport, load_bundle
from tests.ingestion.bundles import (
    Row,
    Rows,
    build_level,
    build_request,
    build_rows,
    build_user,
    key_of,
    write_bundle,
)
from tests.ingestion.conftest import Load

STATUSES = "PENDING, IN_PROGRESS, APPROVED, REJECTED, SKIPPED"

# What is done to a good level, and what is then said of it.
BAD_LEVELS: list[tuple[Row, list[str]]] = [
    ({"level_id": None}, ["level_id is missing"]),
    ({"status": "DONE"}, [f"status 'DONE' is not one of {STATUSES}"]),
    ({"status": "approved"}, [f"status 'approved' is not one of {STATUSES}"]),
    ({"status": "  "}, ["status is missing"]),
    ({"tat_hours": "-0.5"}, ["tat_hours is negative"]),
    ({"tat_hours": "a day"}, ["tat_hours 'a day' is not a number"]),
    ({"tat_hours": "NaN"}, ["tat_hours 'NaN' is not a number"]),
    ({"tat_hours": "1e9"}, ["tat_hours '1e9' is too large"]),
    ({"level_number": "1.5"}, ["level_number '1.5' is not a whole number"]),
    ({"level_number": -1}, ["level_number is negative"]),
    ({"level_number": 3_000_000_000}, ["level_number '3000000000' is too large"]),
    ({"created_at": "2024-13-01"}, ["created_at '2024-13-01' is not a time"]),
    ({"created_at": "2024-02-30T10:00:00Z"}, ["created_at '2024-02-30T10:00:00Z' is not a time"]),
    (
        {"created_at": "2024-02-01T10:00:00"},
        ["created_at '2024-02-01T10:00:00' has no UTC offset, such as Z or +05:30"],
    ),
    ({"created_at": None}, ["created_at is missing"]),
    (
        {"level_end_time": "2026-03-02T03:29:59Z"},
        ["level_end_time is before level_start_time", "level_end_time is before tat_start_time"],
    ),
    ({"is_skipped": "perhaps"}, ["is_skipped 'perhaps' is neither true nor false"]),
    ({"comments": "a NUL \x00 byte"}, ["comments holds characters that are not text"]),
    (
        {"status": "DONE", "tat_hours": "soon", "approver_id": None},
        [
            "tat_hours 'soon' is not a number",
            "approver_id is missing",
            f"status 'DONE' is not one of {STATUSES}",
        ],
    ),
]


def build_bad_rows() -> Rows:
    """The small bundle with a bad row of every kind added."""
    rows = build_rows()
    rows["approval_levels"] += [
        build_level(f"bad {number}", skip_reason=str(number)) | damage
        for number, (damage, _) in enumerate(BAD_LEVELS)
    ]
    bad_metadata = {"activity_id": key_of("v2"), "metadata": '{"open": '}
    rows["activities"].append(rows["activities"][0] | bad_metadata)
    holiday = rows["holidays"][0]
    rows["holidays"] += [
        holiday | {"holiday_id": key_of("h2"), "holiday_date": "2026-02-29"},
        holiday | {"holiday_id": key_of("h3"), "applies_to_locations": "Pune"},
    ]
    pause = {"pause_id": key_of("z2"), "resumed_at": "2026-03-02T09:59:59+05:30"}
    rows["level_pauses"].append(rows["level_pauses"][0] | pause)
    closed = {"closure_date": "2026-03-01T00:00:00Z", "total_tat_hours": -1}
    rows["workflow_requests"].append(build_request("r3", priority="URGENT", **closed))
    return rows


OTHER_REASONS = [
    ["activities", "metadata '{\"open\":' is not JSON"],
    ["holidays", "holiday_date '2026-02-29' is not a date, such as 2026-01-31"],
    ["holidays", 'applies_to_locations \'Pune\' is not a list such as ["Sales", "Finance"]'],
    ["level_pauses", "resumed_at is before paused_at"],
    [
        "workflow_requests",
        "priority 'URGENT' is not one of STANDARD, EXPRESS",
        "total_tat_hours is negative",
        "closure_date is before submission_date",
    ],
]


def read_quarantine(connection: psycopg.Connection) -> list[dict[str, Any]]:
    """Everything in quarantine, in the order in which it came."""
    return fetch(connection, "select * from tat.quarantine order by quarantine_id")


def count_landed(connection: psycopg.Connection, table: str) -> int:
    """Rows in a source table."""
    row = connection.execute(f"select count(*) from workflow.{table}".encode()).fetchone()  # noqa: S608
    assert row is not None
    return int(row[0])


def sum_up(report: LoadReport) -> tuple[int, int, int, int]:
    """Loaded, unchanged, quarantined, waiting; and that they are all that was read."""
    counts = (report.loaded, report.unchanged, report.quarantined, report.waiting)
    assert sum(counts) == report.read
    return counts


@pytest.mark.parametrize(("file_format", "chunk_rows"), [("csv", 50_000), ("jsonl.gz", 2)])
def test_every_bad_row_is_kept_with_its_reasons_and_the_rest_lands(
    load: Load,
    ingest: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    file_format: str,
    chunk_rows: int,
) -> None:
    monkeypatch.setattr("ingestion.sources.files.CHUNK_ROWS", chunk_rows)
    good = sum(len(records) for records in build_rows().values())
    report = load(build_bad_rows(), file_format)
    assert sum_up(report) == (good, 0, len(BAD_LEVELS) + len(OTHER_REASONS), 0)
    held = read_quarantine(ingest)
    by_level = {
        row["source_row"]["skip_reason"]: row for row in held if "level_number" in row["source_row"]
    }
    assert {number: sorted(row["reasons"]) for number, row in by_level.items()} == {
        str(number): sorted(reasons) for number, (_, reasons) in enumerate(BAD_LEVELS)
    }
    assert by_level["1"]["row_key"] == key_of("bad 1")
    assert by_level["1"]["source_row"]["status"] == "DONE"
    others = [[row["table_name"], *row["reasons"]] for row in held if row not in by_level.values()]
    assert sorted(map(sorted, others)) == sorted(map(sorted, OTHER_REASONS))
    assert not any(row["is_waiting"] or row["resolved_at"] for row in held)


def test_reasons_are_counted_without_their_values(load: Load) -> None:
    report = load(build_bad_rows())
    counts = {(table, reason): rows for table, reason, rows in report.reasons}
    assert counts["approval_levels", f"status is not one of {STATUSES}"] == 3
    assert counts["approval_levels", "tat_hours is not a number"] == 3
    assert counts["workflow_requests", "total_tat_hours is negative"] == 1


def test_the_same_bad_bundle_twice_does_not_double_quarantine(
    load: Load, ingest: psycopg.Connection
) -> None:
    first = load(build_bad_rows())
    held = read_quarantine(ingest)
    second = load(build_bad_rows())
    assert (second.quarantined, second.reasons) == (first.quarantined, first.reasons)
    again = read_quarantine(ingest)
    assert [row["quarantine_id"] for row in again] == [row["quarantine_id"] for row in held]
    assert {row["first_batch_id"] for row in again} == {first.batch_id}
    assert {row["last_batch_id"] for row in again} == {second.batch_id}


def test_the_newest_of_several_rows_with_one_key_lands(
    load: Load, ingest: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.sources.files.CHUNK_ROWS", 2)
    rows = build_rows()
    rows["approval_levels"] = [
        build_level("l1", comments="middle", updated_at="2026-03-02T12:00:00+05:30"),
        build_level("l1", comments="newest", updated_at="2026-03-02T06:31:00Z"),
        build_level("l1", comments="oldest", updated_at="2026-03-01T12:00:00+05:30"),
        build_level("l2"),
        build_level("l2"),
        build_level("l1", status="DONE", updated_at="2026-03-05T00:00:00Z"),
    ]
    report = load(rows)
    levels = next(table for table in report.tables if table.table == "approval_levels")
    assert (levels.read, levels.inserted, levels.quarantined) == (6, 2, 4)
    assert ("approval_levels", "duplicate level_id in this batch", 3) in report.reasons
    landed = ingest.execute(
        "select comments from approval_levels where level_id = %s", (key_of("l1"),)
    ).fetchall()
    assert landed == [("newest",)]
    held = read_quarantine(ingest)
    comments = {row["source_row"]["comments"]: row for row in held if row["source_row"]["comments"]}
    assert set(comments) == {"middle", "oldest"}
    assert comments["middle"]["row_number"] == 2
    assert comments["middle"]["reasons"] == ["duplicate level_id in this batch"]
    assert all(row["resolved_at"] is None for row in held)


def test_of_equally_new_rows_the_last_lands(load: Load, ingest: psycopg.Connection) -> None:
    rows = {"users": [build_user("ada", department=name) for name in ("A", "C", "B")]}
    assert sum_up(load(rows)) == (1, 0, 2, 0)
    assert ingest.execute("select department from users").fetchall() == [("B",)]
    assert sum_up(load(rows)) == (0, 1, 2, 0)


def test_a_row_waits_for_its_parent_and_lands_when_it_comes(
    load: Load, ingest: psycopg.Connection
) -> None:
    rows = build_rows()
    late = rows.pop("users")
    first = load(rows)
    assert sum_up(first)[:3] == (1, 0, 0), "holidays have no parents"
    held = read_quarantine(ingest)
    assert all(row["is_waiting"] and row["waits_for_key"] for row in held)
    reasons = {row["table_name"]: row["reasons"] for row in held if row["row_number"] == 2}
    assert reasons["workflow_requests"] == [f"initiator_id '{key_of('ada')}' is not known"]
    assert reasons["approval_levels"] == [
        f"request_id '{key_of('r1')}' is not known",
        f"approver_id '{key_of('ben')}' is not known",
    ]
    second = load({"users": late})
    assert sum_up(second) == (len(held) + 2, 0, 0, 0)
    assert all(row["resolved_at"] for row in read_quarantine(ingest))
    whole = build_rows()
    assert {table: count_landed(ingest, table) for table in whole} == {
        table: len(records) for table, records in whole.items()
    }
    assert load(whole).loaded == 0


def test_children_of_a_quarantined_row_wait_until_it_is_mended(
    load: Load, ingest: psycopg.Connection
) -> None:
    rows = build_rows()
    rows["workflow_requests"][0]["title"] = None
    report = load(rows)
    assert report.quarantined == 1
    assert {table.table: table.waiting for table in report.tables if table.waiting} == {
        "approval_levels": 2,
        "participants": 1,
        "work_notes": 1,
        "work_note_attachments": 1,
        "documents": 1,
        "activities": 1,
        "level_pauses": 1,
    }
    mended = load({"workflow_requests": [build_request("r1")]})
    assert sum_up(mended) == (9, 0, 0, 0)
    assert all(row["resolved_at"] for row in read_quarantine(ingest))


def test_a_waiting_row_takes_the_next_missing_parent_in_turn(
    load: Load, ingest: psycopg.Connection
) -> None:
    load({"approval_levels": [build_level("l1")]})
    first = load({"users": [build_user("ada")], "workflow_requests": [build_request("r1")]})
    assert (first.loaded, first.waiting) == (2, 0)
    (held,) = read_quarantine(ingest)
    assert (held["waits_for_table"], held["resolved_at"]) == ("users", None)
    assert held["reasons"] == [f"approver_id '{key_of('ben')}' is not known"]
    assert load({"users": [build_user("ben")]}).loaded == 2
    assert count_landed(ingest, "approval_levels") == 1


def test_of_a_waiting_row_and_a_newer_one_the_newer_lands(
    load: Load, ingest: psycopg.Connection
) -> None:
    rows = build_rows()
    newer = build_level("l1", comments="newer", updated_at="2026-04-01T00:00:00Z")
    older = build_level("l1", comments="older", updated_at="2026-03-20T00:00:00Z")
    load({"approval_levels": [older]})
    rows["approval_levels"] = [newer]
    assert load(rows).waiting == 0
    (held,) = read_quarantine(ingest)
    assert held["resolved_at"] is not None
    landed = ingest.execute("select comments from approval_levels").fetchall()
    assert landed == [("newer",)]


def test_a_newer_waiting_row_lands_over_an_older_one(
    load: Load, ingest: psycopg.Connection
) -> None:
    load(build_rows())
    moved = {"approver_id": key_of("cyd"), "updated_at": "2026-04-01T00:00:00Z"}
    assert sum_up(load({"approval_levels": [build_level("l1") | moved]})) == (0, 0, 0, 1)
    assert load(build_rows()).loaded == 0
    assert load({"users": [build_user("cyd")]}).loaded == 2
    landed = ingest.execute(
        "select approver_id::text from approval_levels where level_id = %s", (key_of("l1"),)
    ).fetchall()
    assert landed == [(key_of("cyd"),)]


def test_a_mended_row_settles_its_quarantine_but_an_older_one_does_not(
    load: Load, ingest: psycopg.Connection
) -> None:
    load(build_rows())
    broken = build_level("l1", tat_hours=-1, updated_at="2026-04-01T00:00:00Z")
    load({"approval_levels": [broken]})
    load(build_rows())
    assert [row["resolved_at"] for row in read_quarantine(ingest)] == [None]
    load({"approval_levels": [broken | {"tat_hours": 8}]})
    assert [row["resolved_at"] is None for row in read_quarantine(ingest)] == [False]
    load({"approval_levels": [broken]})
    assert [row["resolved_at"] for row in read_quarantine(ingest)] == [None]


def test_other_systems_keys_wait_for_each_other_too(load: Load, ingest: psycopg.Connection) -> None:
    load({"workflow_requests": [build_request("r1", request_id="R-1", initiator_id="U-1")]})
    (held,) = read_quarantine(ingest)
    assert held["reasons"] == ["initiator_id 'U-1' is not known"]
    assert held["source_row"]["request_id"] == "R-1"
    assert load({"users": [build_user("ada", user_id="U-1")]}).loaded == 2


def test_a_row_of_another_width_is_kept_out(ingest: psycopg.Connection, tmp_path: Path) -> None:
    directory = write_bundle(tmp_path, {"users": [build_user("ada")]})
    with (directory / "users.csv").open("a", encoding="utf-8") as file:
        file.write("x,y\n\n" + "1," * 20 + "\n")
    report = load_bundle(ingest, directory)
    assert sum_up(report) == (1, 0, 2, 0)
    short, long = read_quarantine(ingest)
    assert short["reasons"] == ["the row has 2 values for 8 columns"]
    assert (short["row_number"], short["source_row"]) == (3, {"user_id": "x", "email": "y"})
    assert (long["row_number"], len(long["source_row"])) == (5, 9)


def test_a_line_that_is_not_an_object_is_kept_out(
    ingest: psycopg.Connection, tmp_path: Path
) -> None:
    directory = write_bundle(tmp_path, {"users": [build_user("ada")]}, "jsonl")
    bad = ["{", "[1]", "null", '{"user_id": NaN}', '{"email": "\\ud800"}']
    with (directory / "users.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(bad) + "\n")
    assert sum_up(load_bundle(ingest, directory)) == (1, 0, 5, 0)
    held = read_quarantine(ingest)
    assert [row["row_number"] for row in held] == [3, 4, 5, 6, 7]
    assert held[0]["source_row"] == {"(line)": "{"}
    assert held[0]["reasons"] == ["the line is not a JSON object"]
    assert "email holds characters that are not text" in held[4]["reasons"]
    assert held[4]["source_row"] == {"email": "\\ud800"}


def test_a_line_without_a_required_member_is_kept_out(
    load: Load, ingest: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.sources.files.CHUNK_ROWS", 1)
    nameless = build_user("ben")
    del nameless["user_id"], nameless["email"]
    report = load({"users": [build_user("ada"), nameless]}, "jsonl")
    assert sum_up(report) == (1, 0, 1, 0)
    (held,) = read_quarantine(ingest)
    assert held["reasons"] == ["user_id is missing", "email is missing"]
    assert (held["row_key"], set(held["source_row"])) == (None, set(nameless))


def build_pause(name: str, starts: int, ends: int | None, level: str = "l1") -> Row:
    """A pause of a level between two hours of a day."""
    return {
        "pause_id": key_of(name),
        "level_id": key_of(level),
        "paused_at": f"2026-03-02T{starts:02}:00:00Z",
        "resumed_at": None if ends is None else f"2026-03-02T{ends:02}:00:00Z",
    }


def list_paused(connection: psycopg.Connection) -> set[str]:
    """Return the keys of the pauses that have landed."""
    return {str(key) for (key,) in connection.execute("select pause_id from workflow.level_pauses")}


def load_pauses(load: Load, *pauses: Row) -> LoadReport:
    """Load a good bundle with these pauses."""
    return load(build_rows() | {"level_pauses": list(pauses)})


def test_a_pause_that_overlaps_another_is_kept_out_and_the_rest_lands(
    load: Load, ingest: psycopg.Connection
) -> None:
    chain = [build_pause("a", 8, 10), build_pause("b", 9, 12), build_pause("c", 11, 13)]
    apart = [build_pause("d", 13, None), build_pause("e", 9, 12, level="l2")]
    report = load_pauses(load, *chain, *apart, build_pause("f", 20, 21))
    assert list_paused(ingest) == {key_of(name) for name in "acde"}
    assert report.quarantined == 2
    held = {row["row_key"]: row["reasons"] for row in read_quarantine(ingest)}
    reasons = ["overlaps another of the same level_id"]
    assert held == {key_of("b"): reasons, key_of("f"): reasons}


def test_a_pause_that_overlaps_a_landed_one_is_kept_out_until_that_one_ends(
    load: Load, ingest: psycopg.Connection
) -> None:
    load_pauses(load, build_pause("a", 8, None))
    load_pauses(load, build_pause("b", 9, 12))
    assert list_paused(ingest) == {key_of("a")}
    load_pauses(load, build_pause("a", 8, 9), build_pause("b", 9, 12))
    assert list_paused(ingest) == {key_of("a"), key_of("b")}
    assert all(row["resolved_at"] for row in read_quarantine(ingest))
