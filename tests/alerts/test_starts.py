"""When a level's clock starts, and where a start is missing or beyond all calendars."""

from datetime import UTC, datetime
from typing import Any

import pytest

from orchestration.engine.tick import read_database_time
from tests.alerts.workflow import HOUR, MICROSECOND, Engine, Workflow, january

ALL = ["TAT_50", "TAT_75", "TAT_100"]


def test_waiting_and_skipped_levels_that_never_started_have_no_clock(
    workflow: Workflow, engine: Engine
) -> None:
    for status in ("PENDING", "SKIPPED"):
        workflow.add_level(status=status, started_at=None)
    report = engine.tick(january(9, 10))
    assert workflow.fetch_all("select 1 from tat.level_clock") == []
    assert report.is_finished


def test_a_waiting_level_starts_when_it_is_activated(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level(status="PENDING", started_at=None)
    engine.tick(january(5, 15))
    start = {"level_start_time": january(6, 9), "tat_start_time": january(6, 9)}
    workflow.change_level(level, status="IN_PROGRESS", **start)
    engine.tick(january(6, 17))
    assert workflow.list_types(level) == []
    engine.tick(january(6, 17, 1))
    assert workflow.list_types(level) == ["TAT_50"]


def test_a_level_without_a_start_starts_when_it_is_seen(workflow: Workflow, engine: Engine) -> None:
    before = read_database_time(workflow.connection)
    level = workflow.add_level(started_at=None, priority="EXPRESS", tat_hours=2)
    after = read_database_time(workflow.connection)
    engine.tick(after + HOUR)
    filled = workflow.read_level(level)
    assert before <= filled["tat_start_time"] == filled["level_start_time"] <= after
    assert workflow.read_clock(level)["started_at"] == filled["tat_start_time"]
    engine.tick(after + HOUR + MICROSECOND)
    assert workflow.list_types(level) == ["TAT_50"]


@pytest.mark.parametrize(
    ("given", "missing"),
    [("level_start_time", "tat_start_time"), ("tat_start_time", "level_start_time")],
)
def test_a_missing_start_is_filled_from_the_other(
    workflow: Workflow, engine: Engine, given: str, missing: str
) -> None:
    columns: dict[str, Any] = {given: january(5, 14)}
    level = workflow.add_level(started_at=None, **columns)
    engine.tick(january(6, 12))
    assert workflow.read_level(level)[missing] == january(5, 14)
    assert workflow.read_clock(level)["started_at"] == january(5, 14)


def test_the_tat_start_wins_over_the_level_start(workflow: Workflow, engine: Engine) -> None:
    columns: dict[str, Any] = {
        "level_start_time": january(5, 9),
        "tat_start_time": january(5, 14),
    }
    level = workflow.add_level(**columns)
    engine.tick(january(6, 12))
    assert workflow.read_clock(level)["started_at"] == january(5, 14)


@pytest.mark.parametrize("start", [datetime(2011, 3, 1, 9, tzinfo=UTC), january(5, 14)])
def test_calendars_grow_to_hold_whatever_starts(
    workflow: Workflow, engine: Engine, start: datetime
) -> None:
    later = workflow.add_level(started_at=january(5, 14), tat_hours=4000)
    engine.tick(january(6, 12))
    clock = workflow.read_clock(later)
    level = workflow.add_level(started_at=start)
    engine.catch_up(january(9, 10))
    assert workflow.list_types(level) == ALL
    assert workflow.read_clock(later) == clock | {
        "derived_at": workflow.read_clock(later)["derived_at"]
    }


def test_a_start_that_no_clock_can_hold_is_quarantined_and_harms_nobody(
    workflow: Workflow, engine: Engine
) -> None:
    absurd = workflow.add_level(started_at=datetime(1066, 10, 14, tzinfo=UTC))
    level = workflow.add_level()
    assert engine.tick(january(9, 10)).is_finished
    assert workflow.list_types(level) == ALL
    kept = workflow.fetch_all("select row_key, table_name from tat.quarantine")
    assert kept == [{"row_key": str(absurd), "table_name": "approval_levels"}]
