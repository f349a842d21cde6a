"""A level that goes on by another calendar keeps what has elapsed (16 h from Monday 14:00)."""

from datetime import datetime
from uuid import UUID

import pytest

from tests.alerts.workflow import Engine, Workflow, january

ALL = ["TAT_50", "TAT_75", "TAT_100"]


def change_priority(workflow: Workflow, level: UUID, priority: str, at: datetime) -> None:
    """Change the priority of a level's request in flight."""
    workflow.change_request(level, priority=priority, updated_at=at)


def list_crossings(workflow: Workflow, level: UUID) -> list[datetime]:
    """Return when each of the level's thresholds was crossed."""
    return [alert["threshold_crossed_at"] for alert in workflow.list_alerts(level)]


def read_elapsed_hours(workflow: Workflow, level: UUID, at: datetime) -> float:
    """Elapsed hours on the level's own clocks."""
    return float(workflow.read_status(level, at)["elapsed_seconds"]) / 3600


@pytest.mark.parametrize("ticks_before", [True, False])
def test_a_level_made_express_runs_on_around_the_clock(
    workflow: Workflow, engine: Engine, ticks_before: bool
) -> None:
    level = workflow.add_level()
    if ticks_before:
        engine.tick(january(6, 10))
    change_priority(workflow, level, "EXPRESS", january(6, 11))
    engine.tick(january(6, 12))
    assert read_elapsed_hours(workflow, level, january(6, 12)) == 7
    assert workflow.read_clock(level)["due_at"] == january(6, 21)
    engine.tick(january(6, 21, 1))
    assert list_crossings(workflow, level) == [january(6, 13), january(6, 17), january(6, 21)]


def test_a_level_made_standard_waits_for_working_hours(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level(priority="EXPRESS")
    engine.tick(january(5, 19))
    change_priority(workflow, level, "STANDARD", january(5, 20))
    engine.tick(january(8, 10))
    assert list_crossings(workflow, level) == [january(6, 11), january(6, 15), january(7, 10)]
    assert workflow.list_alerts(level)[-1]["expected_completion_time"] == january(7, 10)


def test_what_was_crossed_before_the_change_keeps_its_instant(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level(priority="EXPRESS")
    change_priority(workflow, level, "STANDARD", january(6, 0))
    engine.tick(january(6, 9))
    assert list_crossings(workflow, level) == [january(5, 22)]
    engine.tick(january(6, 12))
    assert list_crossings(workflow, level) == [january(5, 22), january(6, 11)]


def test_a_level_that_was_late_before_the_change_is_due_then(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level(priority="EXPRESS")
    change_priority(workflow, level, "STANDARD", january(6, 20))
    engine.tick(january(7, 9))
    assert list_crossings(workflow, level) == [january(5, 22), january(6, 2), january(6, 6)]
    status = workflow.read_status(level, january(7, 9))
    assert (status["due_at"], status["is_breached"]) == (january(6, 6), True)


def test_a_decided_level_keeps_the_calendars_of_its_time(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    change_priority(workflow, level, "EXPRESS", january(6, 11))
    workflow.decide(level, january(6, 15))
    change_priority(workflow, level, "STANDARD", january(8, 11))
    engine.tick(january(9, 9))
    assert read_elapsed_hours(workflow, level, january(9, 9)) == 10
    assert list_crossings(workflow, level) == [january(6, 13)]


def test_changes_and_pauses_add_up(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    workflow.pause(level, january(6, 10), january(6, 20))
    change_priority(workflow, level, "EXPRESS", january(6, 11))
    change_priority(workflow, level, "STANDARD", january(6, 22))
    workflow.pause(level, january(7, 10), january(7, 11))
    engine.tick(january(7, 12))
    # 4 h on Monday, 1 h on Tuesday, 2 h as EXPRESS, 2 of 3 h on Wednesday.
    assert read_elapsed_hours(workflow, level, january(7, 12)) == 9
    assert list_crossings(workflow, level) == [january(7, 11)]


def test_deriving_anew_finds_the_same_segments(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    change_priority(workflow, level, "EXPRESS", january(6, 11))
    engine.tick(january(6, 12))
    before = workflow.read_clock(level)
    workflow.connection.execute("delete from tat.level_clock")
    workflow.fetch_all("select tat.mark_all_levels()")
    engine.tick(january(6, 12))
    after = workflow.read_clock(level)
    assert after == before | {"known_since": after["known_since"]}


def add_variant(workflow: Workflow, location: str, time_zone: str) -> None:
    """Give approvers of a location a variant of the business calendar, 09:00 to 18:00 there."""
    workflow.connection.execute(
        "with added as (insert into tat.calendar (calendar_name, time_zone, location, variant_of)"
        " select %s, %s, %s, calendar_id from tat.calendar where calendar_name = 'business hours'"
        " returning calendar_id)"
        " insert into tat.weekly_window select added.calendar_id, weekday, '09:00', '18:00'"
        " from added cross join generate_series(1, 5) as weekday",
        (f"business hours {location}", time_zone, location),
    )
    workflow.fetch_all("select tat.refresh_calendars('2026-01-05')")


def test_approvers_work_by_the_calendar_of_their_location(
    workflow: Workflow, engine: Engine
) -> None:
    add_variant(workflow, "Amsterdam", "Europe/Amsterdam")
    here = workflow.add_level()
    there = workflow.add_level(approver_id=workflow.add_user(location="Amsterdam"))
    engine.tick(january(5, 15))
    assert workflow.read_clock(here)["due_at"] == january(7, 12)
    # Amsterdam works from 13:30 to 22:30 in Kolkata.
    assert workflow.read_clock(there)["due_at"] == january(6, 21)


def test_a_reassignment_to_another_location_goes_on_by_its_calendar(
    workflow: Workflow, engine: Engine
) -> None:
    add_variant(workflow, "Amsterdam", "Europe/Amsterdam")
    level = workflow.add_level()
    engine.tick(january(5, 15))
    colleague = workflow.add_user(location="Amsterdam")
    workflow.change_level(level, approver_id=colleague, updated_at=january(5, 18))
    engine.tick(january(5, 19))
    assert read_elapsed_hours(workflow, level, january(5, 19)) == 5
    engine.tick(january(5, 22, 1))
    assert list_crossings(workflow, level) == [january(5, 22)]


def test_who_moves_takes_running_levels_along_and_leaves_decided_ones(
    workflow: Workflow, engine: Engine
) -> None:
    add_variant(workflow, "Amsterdam", "Europe/Amsterdam")
    running = workflow.add_level()
    decided = workflow.add_level(status="APPROVED", level_end_time=january(5, 18))
    engine.tick(january(5, 18))
    workflow.update(
        "users",
        "user_id",
        workflow.approver_id,
        {"location": "Amsterdam", "updated_at": january(5, 18)},
    )
    engine.tick(january(5, 19))
    assert read_elapsed_hours(workflow, running, january(5, 19)) == 5
    assert read_elapsed_hours(workflow, decided, january(5, 19)) == 4
    calendars = [workflow.read_clock(level)["calendar_id"] for level in (running, decided)]
    assert calendars[0] != calendars[1]


def test_a_department_may_have_thresholds_of_its_own(workflow: Workflow, engine: Engine) -> None:
    workflow.connection.execute(
        "with added as (insert into tat.policy (priority, calendar_id, department)"
        " select 'STANDARD', calendar_id, 'Finance' from tat.policy where priority = 'STANDARD'"
        " returning policy_id) insert into tat.policy_threshold"
        " select policy_id, threshold, percentage from added"
        " cross join (values (50, 25), (75, 90), (100, 100)) as own (threshold, percentage)"
    )
    initiator = workflow.add_user(department="Finance")
    finance = workflow.add_level(request_id=workflow.add_request(initiator_id=initiator))
    other = workflow.add_level()
    engine.tick(january(5, 18, 30))
    assert workflow.list_types(finance) == []
    engine.tick(january(6, 9, 1))
    assert workflow.list_types(finance) == ["TAT_50"]
    assert workflow.list_alerts(finance)[0]["threshold_percentage"] == 25
    assert workflow.list_types(other) == []


def list_holders(workflow: Workflow, level: UUID, at: datetime) -> list[tuple[UUID, float]]:
    """Return who held the level for how many hours, in order."""
    with workflow.connection.transaction():
        workflow.connection.execute("select set_config('tat.as_of', %s, true)", (str(at),))
        rows = workflow.fetch_all(
            "select * from tat.level_holder where level_id = %s order by cycle, held_from", level
        )
    return [(row["approver_id"], float(row["held_seconds"]) / 3600) for row in rows]


def test_who_held_a_level_how_long_is_kept(workflow: Workflow, engine: Engine) -> None:
    level, other = workflow.add_level(), workflow.add_level()
    second, third = workflow.add_user(), workflow.add_user()
    workflow.pause(level, january(6, 12), january(6, 13))
    workflow.change_level(level, approver_id=second, updated_at=january(6, 10))
    engine.tick(january(6, 11))
    workflow.change_level(level, approver_id=third, updated_at=january(6, 17))
    engine.tick(january(7, 10))
    assert list_holders(workflow, level, january(7, 10)) == [
        (workflow.approver_id, 5),
        (second, 6),
        (third, 2),
    ]
    assert list_holders(workflow, other, january(7, 10)) == [(workflow.approver_id, 14)]
    workflow.decide(level, january(7, 11))
    engine.tick(january(9, 10))
    assert [held for _, held in list_holders(workflow, level, january(9, 10))] == [5, 6, 3]


def test_a_change_ahead_of_a_clock_set_back_waits_until_it_has_come(
    workflow: Workflow, engine: Engine
) -> None:
    level, other = workflow.add_level(), workflow.add_level()
    change_priority(workflow, level, "EXPRESS", january(6, 11))
    engine.tick(january(6, 10))
    assert read_elapsed_hours(workflow, level, january(6, 10)) == 5
    engine.tick(january(6, 21, 1))
    assert list_crossings(workflow, level) == [january(6, 13), january(6, 17), january(6, 21)]
    assert list_crossings(workflow, other) == [january(6, 13), january(6, 17)]
