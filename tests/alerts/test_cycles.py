"""A level opened again begins a new cycle (16 h from Monday 14:00: 50 % is Tuesday 13:00)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from tests.alerts.workflow import Engine, Workflow, january

ALL = ["TAT_50", "TAT_75", "TAT_100"]


def list_fired(workflow: Workflow, level: UUID) -> list[tuple[int, str]]:
    """Return cycle and type of each of the level's alerts, in order."""
    return [(alert["cycle"], alert["alert_type"]) for alert in workflow.list_alerts(level)]


def reopen(workflow: Workflow, level: UUID, at: datetime, **columns: Any) -> None:
    """Open a level again, as an app that keeps its first start does."""
    changes = {"status": "IN_PROGRESS", "level_end_time": None, "action_date": None}
    workflow.change_level(level, updated_at=at, **(changes | columns))


def list_lives(workflow: Workflow, level: UUID) -> list[tuple[int, str, datetime, datetime | None]]:
    """Return cycle, state, start and end of each of the level's clocks."""
    rows = workflow.fetch_all(
        "select * from tat.level_clock where level_id = %s order by cycle", level
    )
    assert [row["is_current"] for row in rows] == [False] * (len(rows) - 1) + [True]
    return [(row["cycle"], row["state"], row["started_at"], row["halted_at"]) for row in rows]


@pytest.mark.parametrize("status", ["APPROVED", "REJECTED"])
def test_the_thresholds_of_a_reopened_level_fire_again(
    workflow: Workflow, engine: Engine, status: str
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 13, 1))
    workflow.decide(level, january(6, 14), status)
    engine.tick(january(6, 14, 1))
    reopen(workflow, level, january(8, 10))
    engine.tick(january(8, 18, 1))
    assert list_fired(workflow, level) == [(1, "TAT_50")]
    engine.tick(january(9, 9, 1))
    assert list_fired(workflow, level) == [(1, "TAT_50"), (2, "TAT_50")]
    engine.tick(january(9, 14))
    assert list_fired(workflow, level) == [(1, "TAT_50"), (2, "TAT_50"), (2, "TAT_75")]
    assert list_lives(workflow, level) == [
        (1, "stopped", january(5, 14), january(6, 14)),
        (2, "running", january(8, 10), None),
    ]
    assert workflow.list_notified(level) == [
        (alert_type, workflow.approver_id) for alert_type in ("TAT_50", "TAT_50", "TAT_75")
    ]


def test_the_flags_are_those_of_the_current_cycle(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    engine.tick(january(7, 13))
    assert workflow.list_flags(level) == ALL
    workflow.decide(level, january(7, 14))
    reopen(workflow, level, january(8, 10))
    engine.tick(january(8, 10, 1))
    assert workflow.list_flags(level) == []
    engine.tick(january(9, 9, 1))
    assert workflow.list_flags(level) == ["TAT_50"]


def test_a_decision_and_its_reversal_between_two_ticks_lose_nothing(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 12))
    workflow.decide(level, january(6, 14), "REJECTED")
    reopen(workflow, level, january(6, 15))
    engine.tick(january(6, 15, 1))
    assert list_fired(workflow, level) == [(1, "TAT_50")]
    assert workflow.list_reasons(level) == {"TAT_50": "decided before the tick"}
    (alert,) = workflow.list_alerts(level)
    assert (alert["completion_time"], alert["was_completed_on_time"]) == (january(6, 14), True)
    assert workflow.list_flags(level) == []


def test_what_was_known_of_an_ended_cycle_stays(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 13, 1))
    workflow.decide(level, january(6, 14))
    reopen(workflow, level, january(8, 10))
    engine.tick(january(9, 10))
    workflow.decide(level, january(20, 10))
    engine.catch_up(january(20, 11))
    first, *others = workflow.list_alerts(level)
    assert (first["completion_time"], first["was_completed_on_time"]) == (january(6, 14), True)
    assert {(alert["cycle"], alert["completion_time"]) for alert in others} == {
        (2, january(20, 10))
    }
    assert [alert["alert_type"] for alert in others] == ALL


def test_a_later_start_that_the_app_gives_is_the_start_of_the_cycle(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    workflow.decide(level, january(6, 14))
    reopen(workflow, level, january(8, 10), tat_start_time=january(8, 9, 30))
    engine.tick(january(8, 11))
    assert list_lives(workflow, level)[1] == (2, "running", january(8, 9, 30), None)
    assert workflow.read_status(level, january(8, 11))["elapsed_seconds"] == 5400


def test_a_level_sent_back_to_wait_begins_anew_when_its_turn_comes(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 13, 1))
    waits = {"status": "PENDING", "tat_start_time": None, "level_start_time": None}
    workflow.change_level(level, updated_at=january(6, 14), **waits)
    engine.tick(january(7, 14))
    assert list_lives(workflow, level) == [(1, "cancelled", january(5, 14), january(6, 14))]
    starts = {"tat_start_time": january(8, 10), "level_start_time": january(8, 10)}
    workflow.change_level(level, status="IN_PROGRESS", updated_at=january(8, 10), **starts)
    engine.tick(january(9, 9, 1))
    assert list_fired(workflow, level) == [(1, "TAT_50"), (2, "TAT_50")]
    assert list_lives(workflow, level) == [
        (1, "cancelled", january(5, 14), january(6, 14)),
        (2, "running", january(8, 10), None),
    ]


def test_a_first_start_begins_no_second_cycle(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level(status="PENDING", started_at=None)
    engine.tick(january(5, 15))
    starts = {"tat_start_time": january(6, 10), "level_start_time": january(6, 10)}
    workflow.change_level(level, status="IN_PROGRESS", updated_at=january(6, 10), **starts)
    engine.tick(january(6, 11))
    assert list_lives(workflow, level) == [(1, "running", january(6, 10), None)]


def test_a_skipped_level_that_is_wanted_after_all_begins_anew(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    workflow.change_level(
        level, status="SKIPPED", skipped_at=january(6, 10), updated_at=january(6, 10)
    )
    engine.tick(january(6, 11))
    reopen(workflow, level, january(7, 10), skipped_at=None)
    engine.tick(january(7, 11))
    assert list_lives(workflow, level) == [
        (1, "cancelled", january(5, 14), january(6, 10)),
        (2, "running", january(7, 10), None),
    ]


def test_a_request_opened_again_opens_its_levels_in_progress(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    closed_at, reopened_at = january(6, 14), january(8, 10)
    workflow.change_request(level, status="REJECTED", closure_date=closed_at, updated_at=closed_at)
    engine.tick(january(7, 10))
    workflow.change_request(level, status="IN_PROGRESS", closure_date=None, updated_at=reopened_at)
    engine.tick(january(9, 9, 1))
    assert list_fired(workflow, level) == [(1, "TAT_50"), (2, "TAT_50")]
    assert list_lives(workflow, level) == [
        (1, "cancelled", january(5, 14), closed_at),
        (2, "running", reopened_at, None),
    ]


@pytest.mark.parametrize("is_request_first", [True, False])
def test_a_level_and_its_request_opened_together_begin_one_cycle(
    workflow: Workflow, engine: Engine, is_request_first: bool
) -> None:
    level = workflow.add_level()
    closed_at, reopened_at = january(6, 14), january(8, 10)
    workflow.decide(level, closed_at, "REJECTED")
    workflow.change_request(level, status="REJECTED", closure_date=closed_at, updated_at=closed_at)
    engine.tick(january(7, 10))
    for is_request in (is_request_first, not is_request_first):
        if is_request:
            changes = {"status": "IN_PROGRESS", "closure_date": None, "updated_at": reopened_at}
            workflow.change_request(level, **changes)
        else:
            reopen(workflow, level, reopened_at)
    engine.tick(january(8, 11))
    assert list_lives(workflow, level) == [
        (1, "stopped", january(5, 14), closed_at),
        (2, "running", reopened_at, None),
    ]


def test_a_request_that_is_deleted_and_restored_goes_on(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 13, 1))
    workflow.change_request(level, is_deleted=True, updated_at=january(6, 14))
    engine.tick(january(7, 10))
    workflow.change_request(level, is_deleted=False, updated_at=january(7, 11))
    engine.tick(january(7, 12, 1))
    assert list_fired(workflow, level) == [(1, alert_type) for alert_type in ALL]


def test_a_pause_left_open_ends_with_its_cycle(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    workflow.pause(level, january(6, 10))
    workflow.decide(level, january(6, 14))
    reopen(workflow, level, january(8, 10))
    engine.tick(january(8, 12))
    first, second = list_lives(workflow, level)
    assert (first[1], second[1]) == ("stopped", "running")
    assert workflow.read_status(level, january(8, 12))["elapsed_seconds"] == 2 * 3600


def test_a_third_cycle_follows_the_second(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    for day in (6, 7):
        workflow.decide(level, january(day, 10))
        engine.tick(january(day, 11))
        reopen(workflow, level, january(day, 12))
    engine.tick(january(7, 13))
    assert [life[:3] for life in list_lives(workflow, level)] == [
        (1, "stopped", january(5, 14)),
        (2, "stopped", january(6, 12)),
        (3, "running", january(7, 12)),
    ]


def test_a_correction_of_a_decision_opens_nothing(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    workflow.decide(level, january(6, 14), "APPROVED")
    engine.tick(january(6, 15))
    workflow.decide(level, january(6, 15), "REJECTED")
    engine.tick(january(6, 16))
    assert list_lives(workflow, level) == [(1, "stopped", january(5, 14), january(6, 15))]
