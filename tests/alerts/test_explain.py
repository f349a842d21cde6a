"""An explanation's parts add up to the level's clock, and say what happened."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from random import Random
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from database.connect import Database, connect
from database.statements import Row
from orchestration.engine.calendars.editing import CalendarRules, add_calendar, set_day, set_policy
from orchestration.engine.calendars.hours import parse_windows
from orchestration.engine.describing import describe as describe_line
from orchestration.engine.explaining import ExplanationError, explain, list_windows, summarize
from tests.alerts.histories import History
from tests.alerts.workflow import KOLKATA, Engine, Workflow, january
from tests.distribution import several

AMSTERDAM = CalendarRules("Europe/Amsterdam", variant_of="business hours", location="Amsterdam")


def list_lines(workflow: Workflow, level: UUID, as_of: datetime) -> list[Row]:
    """Return the lines of a level's explanation, in words."""
    lines = workflow.fetch_all("select * from tat.explain_details(%s, %s)", level, as_of)
    return [line | {"description": describe_line(line["kind"], line["details"])} for line in lines]


def list_counted(lines: list[Row]) -> list[tuple[str, str, float]]:
    """Return local start and end, and hours, of each counted window."""
    return [
        (
            line["starts_at"].astimezone(KOLKATA).strftime("%d %H:%M"),
            line["ends_at"].astimezone(KOLKATA).strftime("%d %H:%M"),
            float(line["hours"]),
        )
        for line in lines
        if line["kind"] == "window"
    ]


def describe(lines: list[Row], kind: str) -> list[str]:
    """Return the descriptions of one kind of line."""
    return [line["description"] for line in lines if line["kind"] == kind]


@pytest.mark.parametrize("seed", several(range(500, 504)))
def test_the_parts_of_every_level_add_up_to_its_clock(
    workflow: Workflow, engine: Engine, seed: int
) -> None:
    history = History(workflow, engine, Random(seed), may_rewrite=True)
    add_calendar(workflow.connection, "Amsterdam", AMSTERDAM)
    history.unfold(70)
    for level in history.levels:
        lines = list_lines(workflow, level, history.present)
        if not lines:
            continue
        counted: dict[int, int] = defaultdict(int)
        for line in lines:
            counted[line["cycle"]] += line["microseconds"] if line["kind"] == "window" else 0
        totals = {line["cycle"]: line["microseconds"] for line in lines if line["kind"] == "total"}
        assert dict(counted) == totals
        status = workflow.read_status(level, history.present)
        assert counted[status["cycle"]] == status["elapsed_seconds"] * 1_000_000
        held = sum(line["microseconds"] for line in lines if line["kind"] == "holder")
        assert held == sum(totals.values())


def test_a_life_is_told_window_by_window(workflow: Workflow, engine: Engine) -> None:
    level, second = workflow.add_level(), workflow.add_user(display_name="Approver Two")
    workflow.declare_holiday(date(2026, 1, 7))
    elsewhere = {"holiday_date": date(2026, 1, 7), "holiday_name": "Elsewhere"}
    workflow.insert("holidays", "holiday_id", elsewhere | {"applies_to_locations": ["London"]})
    set_day(workflow.connection, "business hours", date(2026, 1, 8), parse_windows("09:00-12:00"))
    workflow.pause(level, january(6, 17), january(8, 10))
    workflow.change_level(level, approver_id=second, updated_at=january(6, 11))
    workflow.change_level(level, tat_hours=12, updated_at=january(6, 12))
    engine.catch_up(january(9, 10))
    lines = list_lines(workflow, level, january(9, 10))
    assert list_counted(lines) == [
        ("05 14:00", "05 18:00", 4),
        ("06 09:00", "06 17:00", 8),
        ("08 10:00", "08 12:00", 2),
        ("09 09:00", "09 10:00", 1),
    ]
    assert describe(lines, "holiday") == ["Holiday"]
    assert describe(lines, "day") == ["hours of its own: 09:00-12:00"]
    pauses = [float(line["hours"]) for line in lines if line["kind"] == "pause"]
    assert pauses == [2]
    holders = [
        (line["description"], float(line["hours"])) for line in lines if line["kind"] == "holder"
    ]
    assert holders == [("with Approver One", 6), ("with Approver Two", 9)]
    assert describe(lines, "edit") == ["TAT edited from 16 h to 12 h"]
    crossed = [line["starts_at"] for line in lines if line["kind"] == "threshold"]
    assert crossed == [january(6, 11), january(6, 14), january(8, 10)]


def test_a_change_of_priority_and_a_reopening_are_told(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    workflow.change_request(level, priority="EXPRESS", updated_at=january(6, 11))
    workflow.decide(level, january(6, 20))
    workflow.change_level(
        level, status="IN_PROGRESS", level_end_time=None, updated_at=january(8, 9)
    )
    engine.catch_up(january(8, 10))
    lines = list_lines(workflow, level, january(8, 10))
    assert describe(lines, "segment") == [
        'runs on "business hours" (Asia/Kolkata) as STANDARD',
        'runs on "around the clock" (Asia/Kolkata) as EXPRESS',
        'runs on "around the clock" (Asia/Kolkata) as EXPRESS',
    ]
    hours = [float(line["hours"]) for line in lines if line["kind"] == "total"]
    assert hours == [15, 1]


def test_windows_of_a_daylight_saving_change_are_as_long_as_they_were(
    workflow: Workflow, engine: Engine
) -> None:
    add_calendar(workflow.connection, "Amsterdam", AMSTERDAM)
    started_at = datetime(2026, 3, 27, 16, 30, tzinfo=KOLKATA)
    colleague = workflow.add_user(location="Amsterdam")
    level = workflow.add_level(approver_id=colleague, started_at=started_at)
    as_of = datetime(2026, 3, 30, 15, tzinfo=KOLKATA)
    engine.catch_up(as_of)
    # Friday 12:00-18:00 at UTC+1, Monday 09:00-11:30 at UTC+2.
    assert list_counted(list_lines(workflow, level, as_of)) == [
        ("27 16:30", "27 22:30", 6),
        ("30 12:30", "30 15:00", 2.5),
    ]


def test_alerts_say_how_late_they_were_and_who_was_told(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 18))
    told = describe(list_lines(workflow, level, january(6, 18)), "alert")
    assert told[0].endswith("not notified: a higher threshold is crossed too")
    assert told[1].endswith("waits to be sent")


def correct_start(workflow: Workflow, level: UUID) -> None:
    """The level began an hour earlier after all."""
    workflow.change_level(level, tat_start_time=january(5, 13))


def edit_tat(workflow: Workflow, level: UUID) -> None:
    """More time is granted."""
    workflow.change_level(level, tat_hours=17)


def edit_threshold(workflow: Workflow, level: UUID) -> None:
    """Reminders come later."""
    set_policy(workflow.connection, "STANDARD", thresholds=(55, 75))


def change_priority(workflow: Workflow, level: UUID) -> None:
    """It was urgent from the second hour on."""
    workflow.change_request(level, priority="EXPRESS", updated_at=january(5, 16))


def add_pause(workflow: Workflow, level: UUID) -> None:
    """A pause that nobody had noted is entered."""
    workflow.pause(level, january(6, 9), january(6, 10))


def declare_holiday(workflow: Workflow, level: UUID) -> None:
    """Tuesday was free after all."""
    workflow.declare_holiday(date(2026, 1, 6))


def decide_in_the_past(workflow: Workflow, level: UUID) -> None:
    """The decision was taken before the threshold, and entered after it."""
    workflow.decide(level, january(6, 12))


def pause_in_the_past(workflow: Workflow, level: UUID) -> None:
    """The level has been waiting for somebody since the morning, and still is."""
    workflow.pause(level, january(6, 9))


REASONS: dict[str, Callable[[Workflow, UUID], None]] = {
    "start corrected": correct_start,
    "TAT edited": edit_tat,
    "threshold edited": edit_threshold,
    "priority or approver changed": change_priority,
    "pauses changed": add_pause,
    "calendar changed": declare_holiday,
    "ended before it was crossed": decide_in_the_past,
}


def list_records(workflow: Workflow, level: UUID) -> list[Row]:
    """Return the level's alerts without what follows from its decision."""
    follows = ("completion_time", "was_completed_on_time")
    return [
        {name: value for name, value in alert.items() if name not in follows}
        for alert in workflow.list_alerts(level)
    ]


@pytest.mark.parametrize("reason", REASONS)
def test_what_was_known_and_what_is_right_are_told_apart(
    workflow: Workflow, engine: Engine, reason: str
) -> None:
    level, other = workflow.add_level(), workflow.add_level(priority="EXPRESS")
    engine.catch_up(january(6, 13, 1))
    assert workflow.fetch_all("select * from tat.alert_difference") == []
    recorded = list_records(workflow, level)
    REASONS[reason](workflow, level)
    engine.catch_up(january(6, 13, 2))
    assert all(alert in list_records(workflow, level) for alert in recorded)
    with workflow.connection.transaction():
        workflow.connection.execute("set local tat.as_of = '2026-01-06 13:02+05:30'")
        differences = workflow.fetch_all("select * from tat.alert_difference")
    (difference,) = (row for row in differences if row["alert_type"] == "TAT_50")
    assert difference["level_id"] == level != other
    assert difference["recorded_crossing"] == january(6, 13)
    assert difference["present_crossing"] != january(6, 13)
    assert reason in difference["reasons"]
    told = describe(list_lines(workflow, level, january(6, 13, 2)), "alert")
    assert any(reason in line and line.startswith("TAT_50 recorded") for line in told)


def test_a_pause_entered_late_and_still_open_is_a_reason(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 13, 1))
    pause_in_the_past(workflow, level)
    engine.tick(january(6, 15))
    (difference,) = workflow.fetch_all("select * from tat.alert_difference")
    assert (difference["present_crossing"], difference["reasons"]) == (None, ["pauses changed"])


def test_an_alert_without_a_basis_says_so(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 13, 1))
    workflow.connection.execute("update tat.tat_alerts set metadata = metadata - 'basis'")
    workflow.pause(level, january(6, 9), january(6, 10))
    engine.tick(january(6, 15))
    (difference,) = workflow.fetch_all("select * from tat.alert_difference")
    assert difference["reasons"] == ["unknown: recorded before reasons were kept"]


def test_a_level_is_found_by_its_request_too(
    database: Database, workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    workflow.add_level(level_number=2)
    engine.tick(january(6, 14))
    by_prefix = explain(database, str(level)[:13], january(6, 14))
    assert by_prefix.level_id == level
    assert explain(database, str(level), None).level_id == level
    with pytest.raises(ExplanationError, match="may mean several"):
        explain(database, "REQ-1", None)
    with pytest.raises(ExplanationError, match="There is no level"):
        explain(database, "REQ-2/1", None)
    waiting = workflow.add_level(status="PENDING", started_at=None)
    with pytest.raises(ExplanationError, match="has not started"):
        explain(database, str(waiting), None)
    (_, lines) = by_prefix.cycles[0]
    assert summarize(lines).startswith("9.00 h of 16 h used; due Wed 2026-01-07 12:00:00; TAT_50.")
    assert [row["total"] for row in list_windows(lines)] == ["4.00", "9.00"]


def test_a_life_of_years_is_folded_by_weeks(
    database: Database, workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level(tat_hours=5000)
    engine.tick(january(5, 15))
    lines = explain(database, str(level), datetime(2026, 10, 1, tzinfo=KOLKATA)).cycles[0][1]
    rows = list_windows(lines)
    assert len(rows) == 39
    assert "5 windows counted, folded" in rows[3]["what"]


def test_bi_may_ask_for_explanations(
    database: Database, workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 14))
    with connect(database, "tat_bi") as bi:
        rows = bi.execute("select * from tat.explain_level(%s)", (level,)).fetchall()
        assert len(rows) > 5
        described = {row[1]: row[-1] for row in rows}
        assert described["holder"] == "approver: Approver One"
        assert described["window"] == "window"
        assert "alert type: TAT_50" in described["alert"]
        bi.execute("select * from tat.alert_difference").fetchall()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            bi.execute("select * from tat.level_clock")
    unknown: list[Any] = list_lines(workflow, uuid4(), january(6))
    assert unknown == []
