"""What real sources hold and views can count: it is loaded, and brings a warning."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from database.connect import Database
from ingestion.expectations import validate_table
from ingestion.load import LoadReport, load_bundle, validate_bundle
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

EMAILS = "users: {} of this load share their email with another user"
CIRCLE = "users: {} of this load are their own manager, directly or through others"
REQUEST_NUMBERS = (
    "workflow_requests: {} of this load share their request_number with another request, "
    "neither being deleted"
)
LEVEL_NUMBERS = (
    "approval_levels: {} of this load share their request_id and level_number with another level"
)
IN_PROGRESS = (
    "approval_levels: {} of this load are IN_PROGRESS while another level of their request is"
)


def find_failed(database: Database, table: str) -> dict[str, tuple[str, int]]:
    """The expectations that a loaded table breaks: severity and rows."""
    return {
        outcome.name: (outcome.severity, outcome.unexpected_count)
        for outcome in validate_table(database.url("tat_engine"), "workflow", table)
        if not outcome.passed
    }


def list_warnings(report: LoadReport) -> list[str]:
    """The warnings, without their examples."""
    assert report.quarantined == report.waiting == 0
    return [warning.split(", such as ")[0] for warning in report.warnings]


def test_users_of_one_email_bring_a_warning_in_any_case(load: Load) -> None:
    users = [build_user("ada"), build_user("ada2", email=" ADA@example.com"), build_user("ben")]
    (warning,) = load({"users": users}).warnings
    example = min(key_of("ada"), key_of("ada2"))
    assert warning == f"{EMAILS.format(2)}, such as user_id {example}."
    assert load({"users": [build_user("ben")]}).warnings == ()


def test_circles_of_managers_bring_a_warning_and_chains_do_not(load: Load) -> None:
    managers = {"ada": "ben", "ben": "cyd", "cyd": "ada", "dan": "ada", "eve": "eve", "fay": "eve"}
    users = [
        build_user(name, reporting_manager_id=key_of(manager)) for name, manager in managers.items()
    ]
    report = load({"users": [*users, build_user("gus", reporting_manager_id=key_of("unknown"))]})
    circle = min(map(key_of, ("ada", "ben", "cyd", "eve")))
    assert report.warnings == (f"{CIRCLE.format(4)}, such as user_id {circle}.",)
    chain = [
        build_user(f"u{place}", reporting_manager_id=key_of(f"u{place + 1}"))
        for place in range(200)
    ]
    assert load({"users": chain}).warnings == ()


def test_a_circle_that_a_later_load_closes_brings_a_warning(load: Load) -> None:
    load({"users": [build_user("ada", reporting_manager_id=key_of("ben")), build_user("ben")]})
    closing = build_user("ben", reporting_manager_id=key_of("ada"))
    report = load({"users": [closing]})
    assert report.warnings == (f"{CIRCLE.format(1)}, such as user_id {key_of('ben')}.",)
    # What a bundle does not say of managers stays as it is.
    del closing["reporting_manager_id"]
    assert load({"users": [closing]}).warnings == report.warnings


def test_requests_of_one_number_bring_a_warning_unless_deleted(load: Load) -> None:
    rows = build_rows()
    rows["workflow_requests"] += [
        build_request("r3", request_number="R1"),
        build_request("r4", request_number="R2", is_deleted=True),
    ]
    assert list_warnings(load(rows)) == [REQUEST_NUMBERS.format(2)]


def test_levels_of_one_number_and_several_in_progress_bring_warnings(
    load: Load, database: Database
) -> None:
    rows = build_rows()
    del rows["activities"]
    rows["approval_levels"] = [
        build_level("l1", status="IN_PROGRESS"),
        build_level("l2", status="IN_PROGRESS", level_number=2),
        build_level("l3", level_number=2),
        build_level("l4", status="IN_PROGRESS", request_id=key_of("r2")),
    ]
    assert list_warnings(load(rows)) == [LEVEL_NUMBERS.format(2), IN_PROGRESS.format(2)]
    assert find_failed(database, "approval_levels") == {
        "level_numbers_are_unique": ("warning", 2),
        "levels_in_progress_are_alone": ("warning", 2),
    }


def test_rows_are_looked_at_beside_those_of_earlier_loads(load: Load) -> None:
    load(build_rows() | {"approval_levels": [build_level("l1", status="IN_PROGRESS")]})
    later = build_level("l2", status="IN_PROGRESS")
    assert list_warnings(load({"approval_levels": [later]})) == [
        LEVEL_NUMBERS.format(1),
        IN_PROGRESS.format(1),
    ]
    newer = {"updated_at": "2026-03-03T00:00:00Z", "level_end_time": "2026-03-03T00:00:00Z"}
    decided = build_level("l1", status="APPROVED", level_number=3, **newer)
    assert load({"approval_levels": [decided, later]}).warnings == ()
    # An older version of a level changes nothing, so it is not counted either.
    assert load({"approval_levels": [build_level("l1", status="IN_PROGRESS")]}).warnings == ()


def test_waiting_rows_bring_their_warnings_when_they_are_loaded(load: Load) -> None:
    rows = build_rows()
    rows["approval_levels"] = [build_level(name, status="IN_PROGRESS") for name in ("l1", "l2")]
    users = rows.pop("users")
    assert load(rows).warnings == ()
    assert list_warnings(load({"users": users})) == [LEVEL_NUMBERS.format(2), IN_PROGRESS.format(2)]


NAMES = ("ada", "ben", "cyd", "dan", "eve")
STATUSES = ("PENDING", "IN_PROGRESS", "APPROVED")
SPARSE = st.none() | st.sampled_from(NAMES)


@st.composite
def odd_bundles(draw: st.DrawFn) -> Rows:
    """A few users, requests and levels that may share whatever they should not."""
    emails = st.sampled_from(["a@x.org", "A@x.org", "b@x.org", "c@x.org"])
    managers = {name: draw(SPARSE) for name in NAMES}
    day = draw(st.integers(1, 9))
    return {
        "users": [
            build_user(name, email=draw(emails), reporting_manager_id=manager and key_of(manager))
            for name, manager in managers.items()
        ],
        "workflow_requests": [
            build_request(
                name,
                request_number=draw(st.sampled_from(["1", "2", "3"])),
                is_deleted=draw(st.booleans()),
            )
            for name in ("r1", "r2", "r3")
        ],
        "approval_levels": [
            build_level(
                f"l{place}",
                request_id=key_of(draw(st.sampled_from(["r1", "r2", "r3"]))),
                level_number=draw(st.integers(1, 3)),
                status=draw(st.sampled_from(STATUSES)),
                updated_at=f"2026-05-0{day}T10:00:00Z",
            )
            for place in range(draw(st.integers(1, 6)))
        ],
    }


def count_by_hand(state: Rows, loaded: Rows) -> dict[str, int]:
    """How many of the loaded rows break each rule, the operation being as in `state`."""
    users, requests, levels = state["users"], state["workflow_requests"], state["approval_levels"]
    kept = [request for request in requests if not request["is_deleted"]]
    running = [level for level in levels if level["status"] == "IN_PROGRESS"]
    managers = {user["user_id"]: user["reporting_manager_id"] for user in users}
    found = {
        EMAILS: find_shared(users, lambda user: user["email"].lower()),
        CIRCLE: {user for user in managers if is_own_manager(managers, user)},
        REQUEST_NUMBERS: find_shared(kept, lambda request: request["request_number"]),
        LEVEL_NUMBERS: find_shared(
            levels, lambda level: (level["request_id"], level["level_number"])
        ),
        IN_PROGRESS: find_shared(running, lambda level: level["request_id"]),
    }
    keys = {
        next(iter(row.values()))
        for table, rows in loaded.items()
        for row in rows
        if row in state[table]
    }
    return {warning: len(rows & keys) for warning, rows in found.items() if rows & keys}


def find_shared(rows: list[Row], read: Callable[[Row], Any]) -> set[str]:
    """The keys of the rows whose value another has too."""
    counts = Counter(map(read, rows))
    return {next(iter(row.values())) for row in rows if counts[read(row)] > 1}


def merge_by_hand(first: Rows, second: Rows) -> Rows:
    """The rows once both are loaded: the newer of each, of equally new ones the second."""
    merged: Rows = {}
    for table, rows in first.items():
        newest = {next(iter(row.values())): row for row in rows}
        for row in second[table]:
            key = next(iter(row.values()))
            if key not in newest or row["updated_at"] >= newest[key]["updated_at"]:
                newest[key] = row
        merged[table] = list(newest.values())
    return merged


def is_own_manager(managers: dict[str, str | None], user: str) -> bool:
    """Whether a user's line of managers comes back to them."""
    manager = managers[user]
    for _ in managers:
        if manager is None or manager == user:
            break
        manager = managers[manager]
    return manager == user


def read_counts(report: LoadReport) -> dict[str, int]:
    """The rows of each warning."""
    found = [re.fullmatch(r"(\w+: )(\d+)( .*)", warning) for warning in list_warnings(report)]
    return {match[1] + "{}" + match[3]: int(match[2]) for match in found if match}


@pytest.mark.slow
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=odd_bundles(), second=odd_bundles())
def test_warnings_count_the_rows_as_they_are_once_merged(
    ingest: psycopg.Connection, first: Rows, second: Rows
) -> None:
    with TemporaryDirectory() as folder, ingest.transaction(force_rollback=True):
        report = load_bundle(ingest, write_bundle(Path(folder) / "first", first))
        assert read_counts(report) == count_by_hand(first, first)
        later = write_bundle(Path(folder) / "second", second)
        dry = validate_bundle(ingest, later)
        report = load_bundle(ingest, later)
        assert dry.tables == report.tables
        assert read_counts(report) == count_by_hand(merge_by_hand(first, second), second)
