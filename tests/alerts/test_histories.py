"""Whatever happens in whatever order: the state, the alerts and the flags are what they must be."""

from collections import defaultdict
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest

from tests import oracle
from tests.alerts.histories import History
from tests.alerts.workflow import Engine, Row, Workflow

ALL = ["TAT_50", "TAT_75", "TAT_100"]
CALENDARS = {
    "STANDARD": oracle.business_calendar("Asia/Kolkata"),
    "EXPRESS": oracle.Calendar("Asia/Kolkata", is_always_open=True),
}
HOUR = 3_600_000_000


def list_clocks(workflow: Workflow) -> dict[UUID, Row]:
    """Return every clock row by level, without what tells when it was first and last derived."""
    rows = workflow.fetch_all("select * from tat.level_clock")
    hidden = ("derived_at", "arrived_decided")
    return {
        row["level_id"]: {name: value for name, value in row.items() if name not in hidden}
        for row in rows
    }


def assert_flags_equal_alerts(workflow: Workflow) -> None:
    """Flags say what alerts say, for every level."""
    wrong = workflow.fetch_all(
        "select level.level_id from workflow.approval_levels as level"
        " left join tat.tat_alerts as alert using (level_id) group by level.level_id"
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


@pytest.mark.parametrize("seed", range(8))
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


@pytest.mark.parametrize("seed", range(100, 108))
def test_alerts_are_the_crossings_that_the_walker_finds(
    workflow: Workflow, engine: Engine, seed: int
) -> None:
    history = History(workflow, engine, Random(seed), may_rewrite=False)
    history.unfold(70)
    expected = walk_crossings(workflow, history.present)
    recorded = list_crossings(workflow)
    for level in history.levels:
        if level in history.cancelled:
            assert recorded[level].items() <= expected[level].items()
        else:
            assert recorded[level] == expected[level]
    assert any(expected.values())
    assert_flags_equal_alerts(workflow)
    assert_every_alert_is_notified_or_says_why_not(workflow)


def list_crossings(workflow: Workflow) -> dict[UUID, dict[str, datetime]]:
    """Return each level's recorded crossings by alert type."""
    recorded: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    for alert in workflow.fetch_all("select * from tat.tat_alerts"):
        recorded[alert["level_id"]][alert["alert_type"]] = alert["threshold_crossed_at"]
    return recorded


def walk_crossings(workflow: Workflow, present: datetime) -> dict[UUID, dict[str, datetime]]:
    """Find each level's crossings up to its end, or to the present, from the source rows alone."""
    levels = workflow.fetch_all(
        "select level.*, request.priority, array(select array[paused_at, resumed_at]"
        " from workflow.level_pauses as pause where pause.level_id = level.level_id) as pauses"
        " from workflow.approval_levels as level"
        " inner join workflow.workflow_requests as request using (request_id)"
        " where level.tat_start_time is not null"
    )
    expected: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    for level in levels:
        expected[level["level_id"]] = walk_level(level, present)
    return expected


def walk_level(level: dict[str, Any], present: datetime) -> dict[str, datetime]:
    """Find one level's crossings by walking its calendar."""
    ends_at = level["level_end_time"] or level["skipped_at"] or present
    pauses = [(paused_at, resumed_at or ends_at) for paused_at, resumed_at in level["pauses"]]
    crossings = {}
    for alert_type, percentage in zip(ALL, (50, 75, 100), strict=True):
        allowed = int(level["tat_hours"] * HOUR * percentage) // 100
        crossing = oracle.find_crossing(
            CALENDARS[level["priority"]], level["tat_start_time"], ends_at, allowed, pauses
        )
        if crossing is not None:
            crossings[alert_type] = crossing
    return crossings
