"""Whatever happens in whatever order: the state, the alerts and the flags are what they must be."""

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from database.statements import Row
from tests import oracle
from tests.alerts.histories import History
from tests.alerts.workflow import Engine, Workflow
from tests.distribution import several

ALL = ["TAT_50", "TAT_75", "TAT_100"]
CALENDARS = {
    "STANDARD": oracle.business_calendar("Asia/Kolkata"),
    "EXPRESS": oracle.Calendar("Asia/Kolkata", is_always_open=True),
}
HOUR = 3_600_000_000

Crossings = dict[tuple[int, str], datetime]


def list_clocks(workflow: Workflow) -> dict[tuple[UUID, int], Row]:
    """Return every clock row by level and cycle, without what tells when it was derived."""
    rows = workflow.fetch_all("select * from tat.level_clock")
    hidden = ("derived_at", "arrived_decided", "known_since")
    shown = [{name: value for name, value in row.items() if name not in hidden} for row in rows]
    return {(row["level_id"], row["cycle"]): row for row in shown}


def assert_flags_equal_alerts(workflow: Workflow) -> None:
    """Flags say what the alerts of the level's current cycle say, for every level."""
    wrong = workflow.fetch_all(
        "select level.level_id from workflow.approval_levels as level"
        " left join tat.level_status as status using (level_id)"
        " left join tat.tat_alerts as alert using (level_id, cycle) group by level.level_id"
        " having (tat50_alert_sent, tat75_alert_sent, tat_breached) is distinct from ("
        " coalesce(bool_or(alert_type = 'TAT_50'), false),"
        " coalesce(bool_or(alert_type = 'TAT_75'), false),"
        " coalesce(bool_or(alert_type = 'TAT_100'), false))"
    )
    assert wrong == []


def assert_every_alert_is_notified_or_says_why_not(workflow: Workflow) -> None:
    """Each alert has one row in the outbox or one reason for none, and one activity."""
    wrong = workflow.fetch_all(
        "select alert_id from tat.tat_alerts as alert"
        " left join tat.outbox using (alert_id)"
        " left join workflow.activities as activity on activity.activity_id = alert.alert_id"
        " where (outbox.alert_id is null) <> (alert.metadata ? 'not_notified_reason')"
        " or activity.activity_type is distinct from 'sla_warning'"
    )
    assert wrong == []


def assert_no_alert_is_early(workflow: Workflow) -> None:
    """An alert is never sent before its threshold is crossed."""
    query = "select 1 from tat.tat_alerts where alert_sent_at < threshold_crossed_at"
    assert workflow.fetch_all(query) == []


def assert_clocks_know_their_breach(workflow: Workflow) -> None:
    """Each TAT_100 was crossed when the clock of its cycle says that the level is breached."""
    dated = workflow.fetch_all(
        "select level_clock.breaches_at, alert.threshold_crossed_at"
        " from tat.tat_alerts as alert inner join tat.level_clock using (level_id, cycle)"
        " where alert.alert_type = 'TAT_100'"
    )
    assert dated != []
    assert all(row["breaches_at"] == row["threshold_crossed_at"] for row in dated)


@pytest.mark.parametrize("seed", several(range(8), 2))
def test_the_state_equals_deriving_everything_anew(
    workflow: Workflow, engine: Engine, seed: int
) -> None:
    history = History(workflow, engine, Random(seed), may_rewrite=True)
    history.unfold(70)
    kept = list_clocks(workflow)
    workflow.connection.execute("delete from tat.level_clock")
    workflow.fetch_all("select tat.mark_all_levels()")
    assert engine.tick(history.present).alerts_recorded == 0
    assert list_clocks(workflow) == kept
    assert_flags_equal_alerts(workflow)
    assert_every_alert_is_notified_or_says_why_not(workflow)
    assert_no_alert_is_early(workflow)


BREACHES = (
    Path(__file__).resolve().parents[2]
    / "database"
    / "migrations"
    / "sql"
    / "0021"
    / "breaches.sql"
)

CHANGED_REQUESTS = "select count(*) from tat.request_change"


def test_an_upgrade_dates_breaches_as_deriving_does(workflow: Workflow, engine: Engine) -> None:
    History(workflow, engine, Random(4), may_rewrite=True).unfold(70)
    kept, changed = list_clocks(workflow), workflow.fetch_all(CHANGED_REQUESTS)
    workflow.connection.execute("alter table tat.level_clock drop column breaches_at cascade")
    workflow.connection.execute(BREACHES.read_bytes())
    assert workflow.fetch_all(CHANGED_REQUESTS) == changed
    marked = {
        row["level_id"] for row in workflow.fetch_all("select level_id from tat.level_change")
    }
    upgraded = list_clocks(workflow)
    found = [key for key in kept if upgraded[key]["breaches_at"] == kept[key]["breaches_at"]]
    assert len(found) > len(kept) / 2
    assert {level_id for level_id, _ in kept.keys() - set(found)} <= marked


@pytest.mark.parametrize("seed", several(range(100, 108), 2))
def test_alerts_are_the_crossings_that_the_walker_finds(
    workflow: Workflow, engine: Engine, seed: int
) -> None:
    history = History(workflow, engine, Random(seed), may_rewrite=False)
    history.unfold(70)
    expected = walk_crossings(history)
    recorded = list_crossings(workflow)
    assert_same_crossings(history, recorded, expected)
    assert any(expected.values())
    assert_clocks_know_their_breach(workflow)
    assert_flags_equal_alerts(workflow)
    assert_every_alert_is_notified_or_says_why_not(workflow)


@pytest.mark.parametrize("seed", several(range(200, 208), 2))
def test_a_history_lived_is_the_same_history_loaded(
    workflow: Workflow, engine: Engine, seed: int
) -> None:
    history = History(workflow, engine, Random(seed), may_rewrite=False)
    history.unfold(70)
    lived = list_crossings(workflow)
    workflow.forget_records()
    engine.catch_up(history.present)
    loaded = list_crossings(workflow)
    assert_same_crossings(history, loaded, lived)
    assert any(lived.values())


def assert_same_crossings(
    history: History, recorded: dict[UUID, Crossings], expected: dict[UUID, Crossings]
) -> None:
    """What is recorded is what is expected; of a draft it may be less, which has not run."""
    for level in history.levels:
        if level in history.drafted:
            assert recorded[level].items() <= expected[level].items()
        else:
            assert recorded[level] == expected[level]


def list_crossings(workflow: Workflow) -> dict[UUID, Crossings]:
    """Return each level's recorded crossings by cycle and alert type."""
    recorded: dict[UUID, Crossings] = defaultdict(dict)
    for alert in workflow.fetch_all("select * from tat.tat_alerts"):
        key = alert["cycle"], alert["alert_type"]
        recorded[alert["level_id"]][key] = alert["threshold_crossed_at"]
    return recorded


def walk_crossings(history: History) -> dict[UUID, Crossings]:
    """Find each level's crossings, cycle by cycle, from source rows and the history's memory."""
    levels = history.workflow.fetch_all(
        "select level_id, tat_hours, array(select array[paused_at, resumed_at]"
        " from workflow.level_pauses as pause where pause.level_id = level.level_id) as pauses"
        " from workflow.approval_levels as level"
    )
    return {level["level_id"]: walk_level(history, level) for level in levels}


def walk_level(history: History, level: dict[str, Any]) -> Crossings:
    """Find one level's crossings by walking its calendars."""
    crossings = {}
    for cycle, life in enumerate(history.lives[level["level_id"]], start=1):
        ends_at = life.ends_at or history.present
        pauses = [(paused_at, resumed_at or ends_at) for paused_at, resumed_at in level["pauses"]]
        windows = walk_windows(history.priorities[level["level_id"]], life.starts_at, ends_at)
        for alert_type, percentage in zip(ALL, (50, 75, 100), strict=True):
            allowed = int(level["tat_hours"] * HOUR * percentage) // 100
            crossing = oracle.find_crossing_in(windows, allowed, pauses)
            if crossing is not None:
                crossings[cycle, alert_type] = crossing
    return crossings


def walk_windows(
    priorities: list[tuple[datetime, str]], starts_at: datetime, ends_at: datetime
) -> list[oracle.Window]:
    """Return the working windows of a life, each stretch by the priority of its time."""
    windows = []
    ends = [changed_at for changed_at, _ in priorities[1:]] + [ends_at]
    for (changed_at, priority), changes_at in zip(priorities, ends, strict=True):
        stretch = max(changed_at, starts_at), min(changes_at, ends_at)
        if stretch[0] < stretch[1]:
            windows += oracle.list_windows(CALENDARS[priority], *stretch)
    return windows
