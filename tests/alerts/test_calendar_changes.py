"""What holidays, windows, policies and test mode do to clocks that already run."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from database.settings import Settings
from database.statements import Row
from tests.alerts.seeding import seed_anew
from tests.alerts.workflow import KOLKATA, Engine, Workflow, january

ALL = ["TAT_50", "TAT_75", "TAT_100"]
COORDINATES = ("start_clock", "paused_clock", "halted_clock", "tat_us", "next_due_clock")


def list_clocks(workflow: Workflow) -> dict[UUID, Row]:
    """Return every clock row by level, without the instant at which it was derived."""
    rows = workflow.fetch_all("select * from tat.level_clock")
    return {row["level_id"]: row for row in rows if row.pop("derived_at")}


def list_coordinates(workflow: Workflow) -> dict[UUID, list[Any]]:
    """Return the work-clock coordinates of every level."""
    return {
        level_id: [clock[name] for name in COORDINATES]
        for level_id, clock in list_clocks(workflow).items()
    }


def derive_anew(workflow: Workflow, engine: Engine, as_of: datetime) -> dict[UUID, Row]:
    """Derive all clocks once more and return them."""
    workflow.fetch_all("select tat.mark_all_levels()")
    engine.catch_up(as_of)
    return list_clocks(workflow)


def add_levels(workflow: Workflow) -> dict[str, UUID]:
    """Add levels before, across and after Wednesday the 7th: running, decided and paused."""
    levels = {
        "due before": workflow.add_level(tat_hours=4),
        "due after": workflow.add_level(),
        "starts after": workflow.add_level(started_at=january(8, 10)),
        "decided before": workflow.add_level(status="APPROVED", level_end_time=january(6, 12)),
        "decided after": workflow.add_level(status="REJECTED", level_end_time=january(8, 12)),
        "paused": workflow.add_level(),
        "paused after its deadline": workflow.add_level(tat_hours=4),
        "paused by the day off": workflow.add_level(tat_hours=8),
        "express": workflow.add_level(priority="EXPRESS"),
        "due at once": workflow.add_level(started_at=january(7, 20), tat_hours=0),
    }
    workflow.pause(levels["paused"], january(7, 15))
    workflow.pause(levels["paused after its deadline"], january(7, 10), january(7, 17))
    workflow.pause(levels["paused by the day off"], january(7, 17), january(7, 18))
    return levels


def test_a_holiday_in_the_future_moves_no_stored_clock(workflow: Workflow, engine: Engine) -> None:
    levels = add_levels(workflow)
    engine.tick(january(9, 10))
    before = list_coordinates(workflow)
    workflow.declare_holiday(date(2026, 1, 12))
    engine.tick(january(9, 10))
    assert list_coordinates(workflow) == before
    assert workflow.read_clock(levels["starts after"])["due_at"] == january(9, 17)


def test_a_holiday_in_the_future_moves_the_deadlines_behind_it(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level(started_at=january(8, 14))
    engine.tick(january(9, 10))
    assert workflow.read_clock(level)["due_at"] == january(12, 12)
    workflow.declare_holiday(date(2026, 1, 12))
    engine.tick(january(9, 10))
    assert workflow.read_clock(level)["due_at"] == january(13, 12)
    engine.tick(january(13, 12))
    assert workflow.list_types(level) == ALL[:2]
    engine.tick(january(13, 12, 1))
    assert workflow.list_types(level) == ALL


def test_a_holiday_after_the_deadline_moves_the_breach_behind_it(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level(started_at=january(9, 9), tat_hours=9)
    engine.tick(january(9, 10))
    clock = workflow.read_clock(level)
    assert (clock["due_at"], clock["breaches_at"]) == (january(9, 18), january(12, 9))
    workflow.declare_holiday(date(2026, 1, 12))
    engine.tick(january(9, 20))
    clock = workflow.read_clock(level)
    assert (clock["due_at"], clock["breaches_at"]) == (january(9, 18), january(13, 9))
    engine.tick(january(13, 9, 1))
    assert workflow.list_alerts(level)[-1]["threshold_crossed_at"] == january(13, 9)


def test_a_holiday_in_the_past_shifts_what_started_after_it_and_only_that(
    workflow: Workflow, engine: Engine
) -> None:
    levels = add_levels(workflow)
    engine.tick(january(9, 10))
    before = list_clocks(workflow)
    workflow.declare_holiday(date(2026, 1, 7))
    engine.tick(january(9, 10))
    after = list_clocks(workflow)
    day = 9 * 3_600_000_000
    shift = {
        name: before[level]["start_clock"] - after[level]["start_clock"]
        for name, level in levels.items()
    }
    shifted = {"starts after", "due at once"}
    assert shift == {name: day if name in shifted else 0 for name in levels}
    assert after[levels["due after"]]["due_at"] == january(8, 12)
    assert after[levels["due before"]] == before[levels["due before"]]


def remove_windows(workflow: Workflow) -> None:
    """Close Wednesdays."""
    workflow.connection.execute("delete from tat.weekly_window where iso_weekday = 3")


def add_windows(workflow: Workflow) -> None:
    """Open Wednesday evenings."""
    workflow.connection.execute(
        "insert into tat.weekly_window"
        " select calendar_id, 3, '19:00', '24:00' from tat.calendar where not is_always_open"
    )


def change_windows(workflow: Workflow) -> None:
    """Let every day end at noon."""
    workflow.connection.execute("update tat.weekly_window set closes_at = '12:00'")


def change_zone(workflow: Workflow) -> None:
    """Move the office."""
    workflow.connection.execute("update tat.calendar set time_zone = 'America/St_Johns'")


def open_always(workflow: Workflow) -> None:
    """Never close."""
    workflow.connection.execute("update tat.calendar set is_always_open = true")


def close_at_times(workflow: Workflow) -> None:
    """Give the clock that always ran hours like the others."""
    workflow.connection.execute(
        "insert into tat.weekly_window select calendar_id, 2, '01:00', '23:00'"
        " from tat.calendar where is_always_open"
    )
    workflow.connection.execute("update tat.calendar set is_always_open = false")


def change_policy(workflow: Workflow) -> None:
    """Let STANDARD levels run around the clock."""
    workflow.connection.execute(
        "update tat.policy set calendar_id ="
        " (select calendar_id from tat.calendar where is_always_open)"
    )


def change_thresholds(workflow: Workflow) -> None:
    """Warn later."""
    workflow.connection.execute(
        "update tat.policy_threshold set percentage = 60 where threshold = 50"
    )


def declare_in_the_past(workflow: Workflow) -> None:
    """Declare Wednesday a holiday after all."""
    workflow.declare_holiday(date(2026, 1, 7))


def declare_in_the_future(workflow: Workflow) -> None:
    """Declare the next Monday a holiday."""
    workflow.declare_holiday(date(2026, 1, 12))


@pytest.mark.parametrize(
    "change",
    [
        remove_windows,
        add_windows,
        change_windows,
        change_zone,
        open_always,
        close_at_times,
        change_policy,
        change_thresholds,
        declare_in_the_past,
        declare_in_the_future,
    ],
)
def test_after_any_change_of_rules_the_state_equals_deriving_anew(
    workflow: Workflow, engine: Engine, change: Any
) -> None:
    add_levels(workflow)
    engine.tick(january(8, 16))
    change(workflow)
    engine.catch_up(january(9, 10))
    kept = list_clocks(workflow)
    assert derive_anew(workflow, engine, january(9, 10)) == kept


def test_the_24_hour_clock_knows_no_holidays(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level(priority="EXPRESS")
    workflow.declare_holiday(date(2026, 1, 6))
    engine.tick(january(6, 6, 1))
    assert workflow.list_types(level) == ALL


def test_what_fired_before_a_holiday_was_declared_stays_fired(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 14))
    workflow.declare_holiday(date(2026, 1, 6))
    engine.tick(january(7, 14))
    assert workflow.list_types(level) == ["TAT_50"]
    engine.tick(january(7, 17, 1))
    assert workflow.list_types(level) == ALL[:2]


def test_in_test_mode_an_hour_counts_as_a_minute_around_the_clock(
    workflow: Workflow, engine: Engine, settings: Settings
) -> None:
    seed_anew(workflow.connection, settings.model_copy(update={"test_mode": True}))
    night = datetime(2026, 1, 4, 2, tzinfo=KOLKATA)  # a Sunday
    levels = [
        workflow.add_level(priority=priority, tat_hours=6, started_at=night)
        for priority in ("STANDARD", "EXPRESS")
    ]
    engine.tick(night.replace(minute=7))
    for level in levels:
        alerts = workflow.list_alerts(level)
        assert [alert["threshold_crossed_at"] for alert in alerts] == [
            night.replace(minute=3),
            night.replace(minute=4, second=30),
            night.replace(minute=6),
        ]
        assert {alert["tat_hours_allocated"] for alert in alerts} == {6}
        assert alerts[-1]["tat_hours_elapsed"] == 7
