"""When a level starts and ends by its source row, as docs/level-states.md has it."""

from typing import Any

import pytest

from orchestration.engine.reconciliation.source_rows import is_cancelled, is_decided, read_level

EMPTY: dict[str, Any] = {
    "status": "IN_PROGRESS",
    "request_status": "IN_PROGRESS",
    "is_deleted": False,
    "is_draft": False,
    "tat_start_time": 1,
    "level_start_time": 2,
    "level_end_time": None,
    "action_date": None,
    "skipped_at": None,
    "updated_at": 9,
    "closure_date": None,
    "request_updated_at": 8,
}


@pytest.mark.parametrize(
    ("columns", "ended_at"),
    [
        ({"status": "APPROVED", "level_end_time": 5, "action_date": 6}, 5),
        ({"status": "REJECTED", "action_date": 6}, 6),
        ({"status": "APPROVED"}, 9),
        ({"status": "SKIPPED", "skipped_at": 4, "level_end_time": 5}, 4),
        ({"status": "SKIPPED", "level_end_time": 5, "action_date": 6}, 5),
        ({"status": "SKIPPED", "action_date": 6}, 9),
        ({"status": "PENDING", "level_end_time": 5}, 9),
        ({"request_status": "CLOSED", "closure_date": 7, "level_end_time": 5}, 7),
        ({"request_status": "REJECTED"}, 8),
    ],
)
def test_the_column_that_ends_a_level(columns: dict[str, Any], ended_at: int) -> None:
    assert read_level(EMPTY | columns)["ended_at"] == ended_at


def test_the_tat_start_counts_before_the_levels_own() -> None:
    assert read_level(EMPTY)["started_at"] == 1
    assert read_level(EMPTY | {"tat_start_time": None})["started_at"] == 2


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({}, (False, False)),
        ({"status": "APPROVED"}, (True, False)),
        ({"status": "APPROVED", "request_status": "CLOSED"}, (True, False)),
        ({"request_status": "CLOSED"}, (False, True)),
        ({"status": "SKIPPED"}, (False, True)),
        ({"status": "PENDING"}, (False, True)),
        ({"is_deleted": True}, (False, True)),
        ({"status": "APPROVED", "is_draft": True}, (True, True)),
    ],
)
def test_which_levels_count_for_nobody(
    columns: dict[str, Any], expected: tuple[bool, bool]
) -> None:
    level = read_level(EMPTY | columns)
    assert (is_decided(level), is_cancelled(level)) == expected
