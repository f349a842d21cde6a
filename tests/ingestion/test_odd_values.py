"""Values that no real row has, or that are kept otherwise than given: each is told of."""

from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest

from ingestion.contract import find_table
from ingestion.parsing import parse_column
from ingestion.tables import DateSpan
from tests.ingestion.bundles import build_level, build_rows, build_user
from tests.ingestion.conftest import Load, read_one

ABSURD = {
    "users": {"created_at": "0001-01-01T00:00:00Z"},
    "workflow_requests": {"created_at": "0001-01-01T00:00:00Z"},
    "approval_levels": {"updated_at": "9999-12-31T00:00:00Z"},
    "participants": {"added_at": "2999-01-01T00:00:00Z"},
    "work_notes": {"created_at": "1899-12-30T00:00:00Z"},
    "work_note_attachments": {"uploaded_at": "1601-01-01T00:00:00Z"},
    "documents": {"uploaded_at": "0044-03-15T00:00:00Z"},
    "activities": {"created_at": "1900-01-00T00:00:00Z"},
    "holidays": {"holiday_date": "2999-01-26"},
    "level_pauses": {"paused_at": "1969-12-31T23:59:59Z"},
}


def test_absurd_dates_go_to_quarantine_with_their_reason(
    load: Load, ingest: psycopg.Connection
) -> None:
    for table, columns in ABSURD.items():
        rows = build_rows()
        rows[table] = [{**rows[table][0], **columns}]
        load({table: rows[table]})
    held = ingest.execute("select table_name, reasons[1] from tat.quarantine").fetchall()
    assert {table for table, _ in held} == set(ABSURD)
    assert {reason for table, reason in held if table != "activities"} == {
        f"{column} '{value}' lies outside 1970-01-01 to {datetime.now(UTC).year + 10}-12-31"
        for table, columns in ABSURD.items()
        for column, value in columns.items()
        if table != "activities"
    }


def test_departments_that_look_alike_bring_a_warning(load: Load) -> None:
    users = [
        build_user(name, department=department)
        for name, department in {"a": "Legal ", "b": "Legal", "c": "legal", "d": "HR"}.items()
    ]
    report = load({"users": users})
    assert report.warnings == ("users: the departments 'Legal' and 'legal' look alike.",)


NO_HOURS = "tat_hours {!r} is less than 0.01"
MANY_HOURS = "tat_hours {!r} is more than 87,660 hours, the longest TAT"


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("tat_hours", "0", NO_HOURS),
        ("tat_hours", "0.0049", NO_HOURS),
        ("tat_hours", "87660.01", MANY_HOURS),
        ("tat_hours", "99999999", MANY_HOURS),
        ("level_number", "0", "level_number {!r} is less than 1"),
    ],
)
def test_levels_without_time_or_number_go_to_quarantine(
    load: Load, ingest: psycopg.Connection, column: str, value: str, reason: str
) -> None:
    rows = build_rows()
    rows["approval_levels"].append(build_level("odd", **{column: value}))
    report = load(rows)
    assert (report.quarantined, report.waiting) == (1, 0)
    assert read_one(ingest, "select reasons from tat.quarantine") == [reason.format(value)]


@pytest.mark.parametrize("hours", ["0.01", "0.5", "87660"])
def test_short_and_long_tats_are_loaded(load: Load, ingest: psycopg.Connection, hours: str) -> None:
    assert load(build_rows() | {"approval_levels": [build_level("l1", tat_hours=hours)]}).loaded
    assert read_one(ingest, "select tat_hours from approval_levels") == Decimal(hours)


def test_the_longest_tat_follows_the_years_ahead() -> None:
    levels = find_table("approval_levels")
    values = ["8766", "8766.01", "876600.01"]
    for years, problems in {0: {1, 2}, 1: {1, 2}, 100: {2}}.items():
        span = DateSpan.around(date(2026, 3, 2), years_ahead=years)
        parsed = parse_column(levels, levels.column("tat_hours"), values, span)
        assert set(parsed.problems) == problems


def test_rounded_hours_bring_a_warning(load: Load) -> None:
    rows = build_rows()
    rows["approval_levels"] = [build_level("l1", tat_hours="0.1667")]
    assert load(rows).warnings == (
        "approval_levels: 1 of tat_hours were rounded to hundredths of an hour (36 seconds).",
    )
