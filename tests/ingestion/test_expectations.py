"""What must hold of tables: checked on rows before they are loaded, and in PostgreSQL after."""

import subprocess
import sys
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from database.connect import Database
from ingestion.contract import TABLES, find_table
from ingestion.expectations import ExpectationOutcome, list_expectations, validate_table
from ingestion.expectations.suites import build_suite, open_context
from ingestion.rows import Chunk
from ingestion.tables import DateSpan
from ingestion.validation import validate_chunk
from tests.ingestion.bundles import build_rows, key_of
from tests.ingestion.conftest import Load

pytestmark = pytest.mark.slow


def build_pauses(**columns: list[str]) -> dict[str, list[str]]:
    """Four rows of pauses, with some columns replaced."""
    good = {
        "pause_id": ["a", "b", "c", "d"],
        "level_id": ["l"] * 4,
        "paused_at": ["2026-03-02T09:00:00Z"] * 4,
        "resumed_at": [
            "2026-03-02T09:00:00Z",
            "2026-03-02T15:30:00+05:30",
            "",
            "2026-03-02T14:30:00+05:30",
        ],
    }
    return good | columns


def read_texts(columns: dict[str, list[str]]) -> dict[int, list[str]]:
    """The worded reasons of the pauses that are rejected, by row number."""
    rows = len(next(iter(columns.values())))
    chunk = Chunk(range(10, 10 + rows), columns)
    span = DateSpan.around(date(2026, 3, 2))
    rejects = validate_chunk(find_table("level_pauses"), chunk, span, 0, rows).rejects
    return {
        reject.row_number: sorted(reason.text for reason in reject.reasons) for reject in rejects
    }


def validate(database: Database, table: str, role: str = "tat_engine") -> list[ExpectationOutcome]:
    """Validate a loaded table as the engine's role sees it."""
    return validate_table(database.url(role), "workflow", table)


def test_good_rows_break_nothing() -> None:
    assert read_texts(build_pauses()) == {}
    assert read_texts({name: [] for name in build_pauses()}) == {}


def test_each_bad_row_is_named_with_all_reasons() -> None:
    columns = build_pauses(
        pause_id=["a", "", "c", "d"],
        resumed_at=["2026-03-02T08:59:59.999999Z"] * 2 + ["", "2026-03-02T09:00:00Z"],
    )
    assert read_texts(columns) == {
        10: ["resumed_at is before paused_at"],
        11: ["pause_id is missing", "resumed_at is before paused_at"],
    }


def test_rows_without_a_column_are_checked_by_the_others() -> None:
    columns = build_pauses(level_id=["l", "l", "l", ""])
    del columns["resumed_at"]
    assert read_texts(columns) == {13: ["level_id is missing"]}


def test_a_column_that_is_wholly_empty_is_checked() -> None:
    columns = build_pauses(paused_at=[""] * 4, resumed_at=[""] * 4, level_id=[""] * 4)
    reasons = ["level_id is missing", "paused_at is missing"]
    assert read_texts(columns) == dict.fromkeys(range(10, 14), reasons)


KEYS = st.sampled_from(["", key_of("a"), key_of("b")])
TIMES = st.sampled_from(
    ["", "2026-03-02T09:00:00Z", "2026-03-02T14:30:00.000001+05:30", "2026-03-02T08:59:00-01:00"]
)
LEVELS = st.lists(
    st.fixed_dictionaries(
        {
            "level_id": KEYS,
            "request_id": KEYS,
            "level_number": st.sampled_from(["", "-1", "0", "3"]),
            "approver_id": KEYS,
            "status": st.sampled_from(["", "PENDING", "pending", "DONE", "SKIPPED"]),
            "tat_hours": st.sampled_from(["", "-0.01", "-0", "0.009", "0.01", "16"]),
            "level_start_time": TIMES,
            "tat_start_time": TIMES,
            "level_end_time": TIMES,
            "created_at": TIMES,
            "updated_at": TIMES,
        }
    ),
    min_size=1,
    max_size=30,
)


@cache
def define_batch() -> Any:
    """The batch definition of frames in memory."""
    asset = open_context().data_sources.add_pandas("rows").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("all")


def find_with_gx(texts: dict[str, list[str]], name: str) -> set[int]:
    """The rows of levels that break an expectation, as Great Expectations finds them."""
    frame = pd.DataFrame(texts).replace("", None)
    for column in find_table("approval_levels").columns:
        if column.name in frame and column.type == "timestamptz":
            instants = pd.to_datetime(frame[column.name], format="ISO8601", utc=True)
            frame[column.name] = instants.dt.tz_localize(None)
        elif column.name in frame and column.is_number:
            frame[column.name] = pd.to_numeric(frame[column.name])
    expectations = list_expectations("approval_levels")
    (expectation,) = (found for found in expectations if found.name == name)
    batch = define_batch().get_batch({"dataframe": frame})
    suite = build_suite("approval_levels", [expectation], schema="workflow")
    (result,) = batch.validate(suite, result_format="COMPLETE").results
    assert not result.exception_info.get("raised_exception")
    return set(result.result.get("unexpected_index_list") or ())


@pytest.mark.parametrize(
    "name",
    [
        expectation.name
        for expectation in list_expectations("approval_levels")
        if expectation.check_rows
    ],
)
@settings(max_examples=8, deadline=None)
@given(LEVELS)
def test_rows_are_checked_as_great_expectations_would(
    name: str, levels: list[dict[str, str]]
) -> None:
    texts = {column: [level[column] for level in levels] for column in levels[0]}
    (expectation,) = (found for found in list_expectations("approval_levels") if found.name == name)
    assert expectation.check_rows
    assert set(expectation.check_rows(texts)) == find_with_gx(texts, name)


def test_every_expectation_holds_of_loaded_rows(load: Load, database: Database) -> None:
    rows = build_rows()
    # The small bundle's activity is by somebody unknown, which only warns.
    rows["activities"][0]["user_id"] = key_of("ada")
    load(rows)
    for table in TABLES:
        outcomes = validate(database, table.name)
        assert [outcome.name for outcome in outcomes] == [
            expectation.name for expectation in list_expectations(table.name)
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


def test_what_is_wrong_with_a_loaded_table_is_counted(
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
        "level_tat_hours_are_positive": ("critical", 2),
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


def test_each_outcome_is_a_sentence(
    load: Load, database: Database, connection: psycopg.Connection
) -> None:
    load(build_rows())
    break_levels(connection)
    sentences = {
        outcome.name: outcome.sentence for outcome in validate(database, "approval_levels")
    }
    assert sentences["level_approvers_are_known"] == "approver_id, where given, is in users."
    assert sentences["level_tat_hours_are_positive"] == (
        "tat_hours, where given, is 0.01 or more. Rows that break this: 2, such as '-1.0'."
    )
    assert sentences["level_creation_times_are_present"] == (
        "Every row has a value in created_at. Rows that break this: 2."
    )
    assert sentences["levels_end_after_they_start"] == (
        "level_end_time is not before level_start_time, where a row has both. "
        "Rows that break this: 2."
    )
    assert sentences["level_numbers_are_unique"] == (
        "No levels share their request_id and level_number with another level. "
        "Rows that break this: 2."
    )
    described = build_suite("users", list_expectations("users"), schema="workflow").expectations
    assert [found.description for found in described] == [
        expectation.sentence for expectation in list_expectations("users")
    ]


def test_a_table_that_is_not_there_is_an_error(database: Database) -> None:
    with pytest.raises(KeyError, match="invoices"):
        validate(database, "invoices")
    with pytest.raises(ConnectionError, match="users"):
        validate_table(database.url("tat_engine"), "nowhere", "users")


def test_loading_and_listing_do_not_import_great_expectations() -> None:
    script = (
        "import sys, ingestion.load\n"
        "from ingestion.contract import TABLES\n"
        "from ingestion.expectations import list_expectations\n"
        "assert all(list_expectations(table.name) for table in TABLES)\n"
        "assert not {'great_expectations', 'pandas'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
