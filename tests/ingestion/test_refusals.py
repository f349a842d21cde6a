"""Loads that are refused as a whole: too many rows of a table are bad."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingestion.contract import TABLES
from ingestion.load import LoadRefusedError, Tolerance, load_bundle, validate_bundle
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
from tests.ingestion.conftest import Load, read_one
from tests.ingestion.test_load import read_rows, read_workflow


def build_levels(good: int, bad: int, **damage: Any) -> Rows:
    """A whole bundle with so many levels."""
    rows = [build_level(f"good {number}") for number in range(good)]
    rows += [build_level(f"bad {number}", **damage) for number in range(bad)]
    whole = build_rows() | {"approval_levels": rows}
    del whole["level_pauses"]
    return whole


@pytest.fixture
def bundle(tmp_path: Path) -> Callable[..., Path]:
    """Write a bundle with so many good and bad levels."""

    def write(good: int, bad: int, **damage: Any) -> Path:
        rows = build_levels(good, bad, **(damage or {"status": "DONE"}))
        return write_bundle(tmp_path / f"{good}-{bad}", rows)

    return write


def test_a_broken_source_is_refused_and_leaves_nothing(
    ingest: psycopg.Connection, bundle: Callable[..., Path]
) -> None:
    with pytest.raises(LoadRefusedError) as refused:
        load_bundle(ingest, bundle(36, 24))
    first, reason, advice = str(refused.value).splitlines()
    assert first == (
        "approval_levels: 24 of 60 rows (40 %) are bad; from 40 % on a load is refused."
    )
    assert reason.startswith("approval_levels: status is not one of PENDING, ")
    assert "24 rows, such as row 38: status 'DONE' is not one of" in reason
    assert "Nothing was loaded" in advice
    assert "--accept-bad" in advice
    assert read_workflow(ingest) == {table.name: [] for table in TABLES}
    for table in ("load_batch", "load_result", "quarantine"):
        assert read_rows(ingest, "tat", table) == []


@pytest.mark.parametrize(("good", "bad"), [(37, 23), (1, 48)])
def test_fewer_bad_rows_or_a_small_table_are_quarantined(
    ingest: psycopg.Connection, bundle: Callable[..., Path], good: int, bad: int
) -> None:
    report = load_bundle(ingest, bundle(good, bad))
    (levels,) = (table for table in report.tables if table.table == "approval_levels")
    assert (levels.read, levels.loaded, levels.quarantined) == (good + bad, good, bad)


def test_what_is_refused_can_be_accepted_by_hand(
    ingest: psycopg.Connection, bundle: Callable[..., Path]
) -> None:
    report = load_bundle(ingest, bundle(10, 50), tolerance=None)
    assert report.quarantined == 50
    assert read_one(ingest, "select count(*) from approval_levels") == 10
    never = load_bundle(ingest, bundle(9, 60), tolerance=Tolerance(percent=0))
    assert never.quarantined == 60


def test_a_dry_run_says_what_would_be_refused(
    ingest: psycopg.Connection, bundle: Callable[..., Path]
) -> None:
    report = validate_bundle(ingest, bundle(30, 30))
    assert report.refusals[0].startswith("approval_levels: 30 of 60 rows (50 %) are bad")
    assert report.quarantined == 30
    assert validate_bundle(ingest, bundle(40, 20)).refusals == ()


def test_every_broken_table_is_named_and_what_waits_is_not_bad(
    ingest: psycopg.Connection, tmp_path: Path
) -> None:
    levels = [build_level(f"l{number}", level_number=0) for number in range(60)]
    rows = build_levels(1, 0) | {
        "workflow_requests": [build_request(f"r{number}", title=None) for number in range(60)],
        "approval_levels": levels,
        "participants": [
            {
                "participant_id": key_of(f"p{number}"),
                "request_id": key_of("never sent"),
                "user_id": key_of("ada"),
                "participant_type": "SPECTATOR",
            }
            for number in range(100)
        ],
    }
    with pytest.raises(LoadRefusedError) as refused:
        load_bundle(ingest, write_bundle(tmp_path, rows))
    named = [refusal.table for refusal in refused.value.refusals]
    assert named == ["workflow_requests", "approval_levels"]
    del rows["workflow_requests"], rows["approval_levels"]
    report = load_bundle(ingest, write_bundle(tmp_path / "waiting", rows))
    assert report.waiting >= 100


def build_versions(count: int, **changes: Any) -> list[Row]:
    """Versions of one user, each a minute newer than the one before."""
    return [
        build_user("ada", updated_at=f"2026-03-02T{number // 60:02}:{number % 60:02}:00Z") | changes
        for number in range(count)
    ]


def test_versions_that_a_newer_one_replaces_are_not_bad(
    load: Load, ingest: psycopg.Connection
) -> None:
    report = load({"users": build_versions(80)})
    assert (report.loaded, report.quarantined) == (1, 79)
    (user,) = read_rows(ingest, "workflow", "users")
    assert user["updated_at"].minute == 19


def test_rows_of_one_key_that_are_no_versions_are_bad(
    load: Load, ingest: psycopg.Connection
) -> None:
    same_key = [build_user("ada", email=f"{number}@example.com") for number in range(80)]
    with pytest.raises(LoadRefusedError, match="duplicate user_id in this batch: 79 rows"):
        load({"users": same_key})
    assert read_rows(ingest, "workflow", "users") == []


def test_older_versions_of_a_row_that_waits_are_not_bad(load: Load) -> None:
    versions = [
        build_level("l1", updated_at=f"2026-03-02T{number // 60:02}:{number % 60:02}:00Z")
        for number in range(80)
    ]
    report = load({"approval_levels": versions})
    assert (report.waiting, report.quarantined) == (1, 79)


def test_a_refused_load_does_not_touch_what_is_there(
    load: Load, ingest: psycopg.Connection, bundle: Callable[..., Path]
) -> None:
    load(
        build_levels(0, 1, status="DONE") | {"approval_levels": [build_level("bad 0", status="X")]}
    )
    before = (read_workflow(ingest), read_rows(ingest, "tat", "quarantine"))
    with pytest.raises(LoadRefusedError):
        load_bundle(ingest, bundle(10, 50))
    assert (read_workflow(ingest), read_rows(ingest, "tat", "quarantine")) == before
