"""The suites: in memory on rows before they land, in PostgreSQL on landed tables."""

import subprocess
import sys
from typing import Any

import pandas as pd
import psycopg
import pytest

from database.connect import Database
from ingestion.expectations import (
    ExpectationOutcome,
    expectations_for,
    suite_names,
    validate_frame,
    validate_table,
)
from tests.ingestion.bundles import build_rows, key_of
from tests.ingestion.conftest import Load

pytestmark = pytest.mark.slow


def build_frame(**columns: list[Any]) -> pd.DataFrame:
    """Four rows of pauses, numbered from 10, with some columns replaced."""
    start = pd.Timestamp("2026-03-02T09:00:00")
    good: dict[str, list[Any]] = {
        "pause_id": ["a", "b", "c", "d"],
        "level_id": ["l"] * 4,
        "paused_at": [start] * 4,
        "resumed_at": [start, start + pd.Timedelta(1, "h"), pd.NaT, start],
    }
    return pd.DataFrame(good | columns, index=[10, 11, 12, 13])


def read_texts(table: str, frame: pd.DataFrame) -> dict[int, list[str]]:
    """The worded reasons by row."""
    found = validate_frame(table, frame)
    return {index: sorted(reason.text for reason in reasons) for index, reasons in found.items()}


def validate(database: Database, table: str, role: str = "tat_engine") -> list[ExpectationOutcome]:
    """Judge a landed table as the engine's role sees it."""
    return validate_table(database.url(role), "workflow", table)


def test_good_rows_break_nothing() -> None:
    assert read_texts("level_pauses", build_frame()) == {}
    assert read_texts("level_pauses", build_frame().head(0)) == {}


def test_each_bad_row_is_named_by_its_index_with_all_reasons() -> None:
    late = pd.Timestamp("2026-03-02T08:59:59.999999")
    frame = build_frame(
        pause_id=["a", None, "c", "d"],
        resumed_at=[late, late, pd.NaT, pd.Timestamp("2026-03-02T09:00:00")],
    )
    assert read_texts("level_pauses", frame) == {
        10: ["resumed_at is before paused_at"],
        11: ["pause_id is missing", "resumed_at is before paused_at"],
    }


def test_a_frame_without_a_column_is_judged_by_the_others() -> None:
    frame = build_frame(level_id=["l", "l", "l", None]).drop(columns=["resumed_at", "pause_id"])
    assert read_texts("level_pauses", frame) == {13: ["level_id is missing"]}


def test_a_column_that_is_wholly_empty_is_judged() -> None:
    frame = build_frame(paused_at=[pd.NaT] * 4, resumed_at=[pd.NaT] * 4, level_id=[None] * 4)
    reasons = ["level_id is missing", "paused_at is missing"]
    assert read_texts("level_pauses", frame) == dict.fromkeys(frame.index, reasons)


def test_an_expectation_that_cannot_be_judged_stops_the_load() -> None:
    with pytest.raises(RuntimeError, match="pauses_end_after_they_start can't be judged"):
        validate_frame("level_pauses", build_frame(paused_at=["yesterday"] * 4))


def test_every_claim_holds_of_landed_rows(load: Load, database: Database) -> None:
    rows = build_rows()
    # The small bundle's activity is by somebody unknown, which only warns.
    rows["activities"][0]["user_id"] = key_of("ada")
    load(rows)
    for table in suite_names():
        outcomes = validate(database, table)
        assert [outcome.name for outcome in outcomes] == [
            claim.name for claim in expectations_for(table)
        ]
        assert [outcome for outcome in outcomes if not outcome.passed] == []


def break_levels(owner: psycopg.Connection) -> None:
    """Do to the levels what the database's own rules forbid."""
    with owner.transaction():
        owner.execute(
            "alter table workflow.level_pauses drop constraint level_pauses_level_id_fkey"
        )
        owner.execute("alter table tat.tat_alerts drop constraint tat_alerts_level_id_fkey")
        owner.execute("alter table tat.level_clock drop constraint level_clock_level_id_fkey")
        owner.execute("alter table workflow.approval_levels drop constraint approval_levels_pkey")
        for check in ("status_check", "tat_hours_check", "request_id_fkey", "approver_id_fkey"):
            owner.execute(
                f"alter table workflow.approval_levels "
                f"drop constraint approval_levels_{check}".encode()
            )
        owner.execute("alter table workflow.approval_levels alter created_at drop not null")
        owner.execute("insert into workflow.approval_levels select * from workflow.approval_levels")
        owner.execute(
            "update workflow.approval_levels set status = 'DONE', tat_hours = -1, "
            "request_id = gen_random_uuid(), skipped_by = gen_random_uuid(), created_at = null, "
            "level_end_time = level_start_time - interval '1 second' where level_number = 1"
        )


def test_what_is_wrong_with_a_landed_table_is_counted(
    load: Load, database: Database, connection: psycopg.Connection
) -> None:
    load(build_rows())
    break_levels(connection)
    failed = {
        outcome.name: (outcome.severity, outcome.unexpected_count)
        for outcome in validate(database, "approval_levels")
        if not outcome.passed
    }
    assert failed == {
        "level_ids_are_unique": ("critical", 4),
        "level_requests_are_known": ("critical", 2),
        "level_numbers_are_unique": ("warning", 2),
        "level_skippers_are_known": ("warning", 2),
        "level_statuses_are_known": ("critical", 2),
        "level_tat_hours_are_not_negative": ("critical", 2),
        "level_creation_times_are_present": ("critical", 2),
        "levels_end_after_they_start": ("warning", 2),
        "levels_end_after_their_clocks_start": ("warning", 2),
    }


def test_details_are_plain_and_few(
    load: Load, database: Database, connection: psycopg.Connection
) -> None:
    load(build_rows())
    break_levels(connection)
    outcomes = {outcome.name: outcome for outcome in validate(database, "approval_levels")}
    details = outcomes["level_statuses_are_known"].details
    assert details["element_count"] == 4
    assert details["partial_unexpected_list"] == ["DONE", "DONE"]


def test_a_table_that_is_not_there_is_an_error(database: Database) -> None:
    with pytest.raises(KeyError, match="invoices"):
        validate(database, "invoices")
    with pytest.raises(ConnectionError, match="users"):
        validate_table(database.url("tat_engine"), "nowhere", "users")


def test_listing_claims_does_not_import_great_expectations() -> None:
    script = (
        "import sys, ingestion.load\n"
        "from ingestion.expectations import expectations_for, suite_names\n"
        "assert all(expectations_for(table) for table in suite_names())\n"
        "assert 'great_expectations' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
