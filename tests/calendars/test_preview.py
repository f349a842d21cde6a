"""A preview says what an edit will do, and does nothing."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest

from orchestration.engine.calendars.editing import (
    CalendarRules,
    add_calendar,
    add_holiday,
    change_calendar,
    set_day,
    set_policy,
)
from orchestration.engine.calendars.hours import parse_week, parse_windows
from orchestration.engine.calendars.preview import Edit, Preview, preview_edit
from tests.alerts.histories import History
from tests.alerts.workflow import Engine, Workflow, january

BUSINESS = "business hours"
AMSTERDAM = CalendarRules("Europe/Amsterdam", variant_of=BUSINESS, location="Amsterdam")


def list_due(workflow: Workflow) -> dict[UUID, datetime]:
    """Return when each open level that kept to one calendar is due."""
    rows = workflow.fetch_all(
        "select level_id, due_at from tat.level_clock where is_current"
        " and state in ('running', 'paused') and segment_started_at = started_at"
    )
    return {row["level_id"]: row["due_at"] for row in rows}


def preview(
    workflow: Workflow, edit: Edit, as_of: datetime, *, choices_changed: bool = False
) -> Preview:
    """Preview an edit that is then rolled back."""
    with workflow.connection.transaction(force_rollback=True):
        edit(workflow.connection)
        return preview_edit(
            workflow.connection, as_of, choices_changed=choices_changed, listed_moves=1000
        )


def declare(day: date, **rules: Any) -> Edit:
    """Declare a holiday."""

    def edit(connection: psycopg.Connection) -> None:
        add_holiday(connection, day, "Holiday", **rules)

    return edit


def change(rules: CalendarRules) -> Edit:
    """Change the business calendar."""
    return lambda connection: change_calendar(connection, BUSINESS, rules)


EDITS: dict[str, tuple[Edit, bool]] = {
    "a holiday ahead": (declare(date(2026, 1, 27)), False),
    "a holiday in the past": (declare(date(2026, 1, 23)), False),
    "a recurring holiday": (declare(date(2020, 1, 27), is_recurring=True), False),
    "a lunch break": (
        change(CalendarRules(week=parse_week(["mon-fri 09:00-13:00,14:00-18:00"]))),
        False,
    ),
    "another zone": (change(CalendarRules("Europe/Amsterdam")), False),
    "always open": (change(CalendarRules(is_always_open=True)), False),
    "a half day": (
        lambda connection: set_day(
            connection, BUSINESS, date(2026, 1, 27), parse_windows("09:00-12:00")
        ),
        False,
    ),
    "a variant": (lambda connection: add_calendar(connection, "Amsterdam", AMSTERDAM), True),
    "another calendar": (
        lambda connection: set_policy(connection, "STANDARD", calendar="around the clock"),
        True,
    ),
    "other thresholds": (
        lambda connection: set_policy(connection, "STANDARD", thresholds=(10, 20)),
        True,
    ),
}


@pytest.fixture
def history(workflow: Workflow, engine: Engine) -> History:
    """Three weeks of a random operation, some of it in Amsterdam."""
    history = History(workflow, engine, Random(5), may_rewrite=False)
    history.unfold(60)
    for hour in range(8):
        colleague = workflow.add_user(location="Amsterdam")
        started_at = january(23, 9 + hour)
        workflow.add_level(approver_id=colleague, started_at=started_at, tat_hours=12 + hour)
    engine.catch_up(history.present)
    return history


@pytest.mark.parametrize("name", EDITS)
def test_a_preview_is_what_then_happens(history: History, engine: Engine, name: str) -> None:
    edit, choices_changed = EDITS[name]
    workflow, as_of = history.workflow, history.present
    before = list_due(workflow)
    shown = preview(workflow, edit, as_of, choices_changed=choices_changed)
    assert list_due(workflow) == before
    alerts = count_alerts(workflow, before)
    edit(workflow.connection)
    engine.catch_up(as_of)
    after = list_due(workflow)
    moved = {level: due for level, due in after.items() if due != before[level]}
    assert {move["level_id"]: move["due_after"] for move in shown.moves} == moved
    assert shown.summary["levels_moved"] == len(moved)
    due_now = sum(row["alerts"] for row in shown.due_now)
    assert due_now == count_alerts(workflow, before) - alerts
    assert moved or due_now


def count_alerts(workflow: Workflow, levels: Collection[UUID]) -> int:
    """Count the alerts of some levels' present cycles."""
    rows = workflow.fetch_all(
        "select count(*) as alerts from tat.tat_alerts inner join tat.level_status"
        " using (level_id, cycle) where level_id = any(%s)",
        list(levels),
    )
    return int(rows[0]["alerts"])


def test_a_preview_counts_alerts_that_would_not_have_been_sent(
    workflow: Workflow, engine: Engine
) -> None:
    workflow.add_level()
    engine.tick(january(6, 14))
    shown = preview(workflow, declare(date(2026, 1, 6)), january(6, 14))
    assert shown.sent_early == [{"alert_type": "TAT_50", "alerts": 1}]
    assert shown.calendars[0]["hours_gained"] == -9


def test_a_preview_says_what_it_leaves_out(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    workflow.change_request(level, priority="EXPRESS", updated_at=january(6, 11))
    engine.tick(january(6, 12))
    edit = change(CalendarRules(time_zone="Europe/Amsterdam"))
    around = lambda connection: set_policy(connection, "EXPRESS", calendar=BUSINESS)  # noqa: E731
    assert preview(workflow, edit, january(6, 12)).summary["not_previewed"] == 0
    shown = preview(workflow, around, january(6, 12), choices_changed=True)
    assert shown.summary["not_previewed"] == 1


def test_a_preview_takes_no_lock_that_a_tick_waits_for(
    workflow: Workflow, engine: Engine, connection: psycopg.Connection
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 12))
    engine.connection.execute("set lock_timeout = '1s'")
    edit = declare(date(2026, 1, 7))
    with workflow.connection.transaction(force_rollback=True):
        edit(workflow.connection)
        preview_edit(workflow.connection, january(6, 12), choices_changed=False)
        assert engine.tick(january(6, 12) + timedelta(hours=2)).alerts_recorded == 1
    assert workflow.list_types(level) == ["TAT_50"]
