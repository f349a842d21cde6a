"""What the life of a level does to its clock and alerts (16 h from Monday 14:00)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.alerts.workflow import Engine, Workflow, january

ALL = ["TAT_50", "TAT_75", "TAT_100"]


def test_a_decision_completes_the_alerts_that_were_sent(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 17, 30))
    workflow.decide(level, january(7, 10))
    engine.tick(january(7, 10, 1))
    completions = {
        (alert["completion_time"], alert["was_completed_on_time"])
        for alert in workflow.list_alerts(level)
    }
    assert completions == {(january(7, 10), True)}


@pytest.mark.parametrize("status", ["APPROVED", "REJECTED"])
def test_a_late_decision_completes_its_alerts_as_late(
    workflow: Workflow, engine: Engine, status: str
) -> None:
    level = workflow.add_level()
    engine.tick(january(7, 13))
    workflow.decide(level, january(8, 10), status)
    engine.tick(january(9, 10))
    alerts = workflow.list_alerts(level)
    assert [alert["was_completed_on_time"] for alert in alerts] == [False] * 3
    assert workflow.read_clock(level)["state"] == "stopped"


def test_a_corrected_decision_corrects_its_alerts(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    engine.tick(january(7, 13))
    workflow.decide(level, january(7, 13))
    engine.tick(january(7, 14))
    workflow.decide(level, january(7, 11))
    engine.tick(january(7, 15))
    completions = [
        (alert["completion_time"], alert["was_completed_on_time"])
        for alert in workflow.list_alerts(level)
    ]
    assert completions == [(january(7, 11), True)] * 3


def test_a_tat_granted_after_a_late_decision_makes_it_in_time(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    workflow.decide(level, january(7, 13))
    engine.tick(january(7, 14))
    workflow.change_level(level, tat_hours=24)
    engine.tick(january(7, 15))
    assert workflow.read_status(level, january(7, 15))["is_breached"] is False
    on_time = {alert["was_completed_on_time"] for alert in workflow.list_alerts(level)}
    assert on_time == {True}


def test_the_end_of_a_decision_falls_back_on_its_action_date(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 9))
    workflow.change_level(level, status="APPROVED", action_date=january(6, 10))
    engine.tick(january(6, 11))
    assert workflow.read_clock(level)["halted_at"] == january(6, 10)


def test_a_crossing_just_before_the_decision_is_recorded_but_not_notified(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 17, 30))
    workflow.decide(level, january(7, 12, 1))
    engine.tick(january(7, 12, 2))
    breach = workflow.list_alerts(level)[-1]
    assert breach["alert_type"] == "TAT_100"
    assert breach["threshold_crossed_at"] == january(7, 12)
    assert (breach["completion_time"], breach["was_completed_on_time"]) == (
        january(7, 12, 1),
        False,
    )
    assert workflow.list_reasons(level)["TAT_100"] == "decided before the tick"
    assert [kind for kind, _ in workflow.list_notified(level)] == ["TAT_75"]


def test_a_level_that_arrives_decided_is_replayed(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level(status="APPROVED", level_end_time=january(7, 11))
    report = engine.tick(january(20, 9))
    alerts = workflow.list_alerts(level)
    assert [alert["alert_sent_at"] for alert in alerts] == [january(6, 13), january(6, 17)]
    assert [alert["threshold_crossed_at"] for alert in alerts] == [
        alert["alert_sent_at"] for alert in alerts
    ]
    assert [alert["tat_hours_elapsed"] for alert in alerts] == [8, 12]
    assert {alert["metadata"]["origin"] for alert in alerts} == {"replay"}
    assert {alert["was_completed_on_time"] for alert in alerts} == {True}
    assert not any(alert["notification_sent"] for alert in alerts)
    assert workflow.list_notified(level) == []
    assert (report.alerts_replayed, report.max_lateness_seconds) == (2, None)
    assert workflow.list_flags(level) == ALL[:2]


def test_a_level_that_arrives_running_is_caught_up(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level(started_at=january(5, 14))
    engine.tick(january(6, 18))
    assert workflow.list_types(level) == ALL[:2]
    assert [kind for kind, _ in workflow.list_notified(level)] == ["TAT_75"]
    engine.tick(january(7, 12, 1))
    assert [kind for kind, _ in workflow.list_notified(level)] == ["TAT_75", "TAT_100"]


@pytest.mark.parametrize(
    "request_columns",
    [
        {"is_draft": True, "status": "DRAFT"},
        {"is_deleted": True},
        {"status": "APPROVED", "closure_date": january(5, 15)},
        {"status": "REJECTED"},
        {"status": "CLOSED"},
    ],
)
def test_a_level_of_a_request_that_is_no_longer_open_has_no_alerts(
    workflow: Workflow, engine: Engine, request_columns: dict[str, Any]
) -> None:
    level = workflow.add_level(request_id=workflow.add_request(**request_columns))
    report = engine.tick(january(9, 10))
    assert workflow.list_types(level) == []
    assert workflow.read_clock(level)["state"] == "cancelled"
    assert (report.backlog, report.is_finished) == (0, True)


@pytest.mark.parametrize(
    "request_columns", [{"is_deleted": True}, {"status": "REJECTED"}, {"is_draft": True}]
)
def test_alerts_end_when_the_request_does(
    workflow: Workflow, engine: Engine, request_columns: dict[str, Any]
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 14))
    workflow.change_request(level, updated_at=january(6, 16), **request_columns)
    engine.tick(january(9, 10))
    assert workflow.list_types(level) == ["TAT_50"]
    assert workflow.read_status(level, january(9, 10))["is_breached"] is False


def test_a_restored_request_goes_on_and_is_notified(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level(request_id=workflow.add_request(is_deleted=True))
    engine.tick(january(6, 14))
    workflow.change_request(level, is_deleted=False)
    engine.tick(january(6, 14, 1))
    assert workflow.list_notified(level) == [("TAT_50", workflow.approver_id)]


def test_a_skipped_level_has_no_more_alerts(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 14))
    workflow.change_level(
        level, status="SKIPPED", is_skipped=True, skipped_at=january(6, 16), updated_at=january(6)
    )
    engine.tick(january(9, 10))
    assert workflow.list_types(level) == ["TAT_50"]
    alert = workflow.list_alerts(level)[0]
    assert (alert["completion_time"], alert["was_completed_on_time"]) == (None, None)


LEFT: dict[str, dict[str, Any]] = {
    "skipped": {"status": "SKIPPED", "skipped_at": january(6, 16)},
    "rejected without it": {"request_status": "REJECTED", "closure_date": january(6, 16)},
    "deleted": {"is_deleted": True},
}


@pytest.mark.parametrize("how", LEFT)
@pytest.mark.parametrize("is_loaded", [False, True])
def test_what_was_crossed_before_a_level_was_left_is_recorded(
    workflow: Workflow, engine: Engine, how: str, is_loaded: bool
) -> None:
    level = workflow.add_level()
    if not is_loaded:
        engine.tick(january(6, 9))
    changes: dict[str, Any] = {**LEFT[how], "updated_at": january(6, 16)}
    if how == "skipped":
        workflow.change_level(level, **changes)
    else:
        status = changes.pop("request_status", "IN_PROGRESS")
        workflow.change_request(level, status=status, **changes)
    engine.tick(january(9, 10))
    assert workflow.list_types(level) == ["TAT_50"]
    assert workflow.list_notified(level) == []
    alert = workflow.list_alerts(level)[0]
    assert alert["threshold_crossed_at"] == january(6, 13)
    assert (alert["completion_time"], alert["was_completed_on_time"]) == (None, None)


def test_a_level_sent_back_to_waiting_has_no_more_alerts(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 14))
    start = {"level_start_time": None, "tat_start_time": None}
    workflow.change_level(level, status="PENDING", updated_at=january(6, 16), **start)
    report = engine.tick(january(9, 10))
    assert (report.backlog, report.is_finished) == (0, True)
    assert workflow.list_types(level) == ["TAT_50"]
    assert workflow.read_status(level, january(9, 10))["is_breached"] is False


def test_later_alerts_go_to_the_new_approver(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 14))
    successor = workflow.add_user(display_name="Approver Two")
    workflow.change_level(level, approver_id=successor, updated_at=january(6, 15))
    engine.tick(january(6, 17, 1))
    assert workflow.list_notified(level) == [
        ("TAT_50", workflow.approver_id),
        ("TAT_75", successor),
    ]
    later = workflow.list_alerts(level)[-1]
    assert (later["approver_id"], later["metadata"]["approver_name"]) == (
        successor,
        "Approver Two",
    )
    assert later["level_start_time"] == january(5, 14)


def test_a_tat_cut_short_fires_what_is_passed_at_the_next_tick(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 14))
    workflow.change_level(level, tat_hours=8)
    engine.tick(january(6, 14, 1))
    crossings = {
        alert["alert_type"]: alert["threshold_crossed_at"] for alert in workflow.list_alerts(level)
    }
    # The first fired under the old TAT; the others are true to the new one.
    assert crossings == {
        "TAT_50": january(6, 13),
        "TAT_75": january(6, 11),
        "TAT_100": january(6, 13),
    }
    assert workflow.list_notified(level)[-1][0] == "TAT_100"


def test_a_tat_granted_later_keeps_what_fired_and_moves_what_is_next(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 14))
    workflow.change_level(level, tat_hours=32)
    engine.tick(january(7, 18))
    assert workflow.list_types(level) == ["TAT_50"]
    engine.tick(january(8, 11, 1))  # 24 h of 32
    assert workflow.list_types(level) == ALL[:2]
    assert workflow.list_alerts(level)[-1]["threshold_crossed_at"] == january(8, 11)


def test_a_change_of_a_level_that_is_gone_is_forgotten(workflow: Workflow, engine: Engine) -> None:
    workflow.connection.execute(
        "insert into tat.level_change (level_id, cause) values (%s, 'level')", (uuid4(),)
    )
    level = workflow.add_level()
    assert engine.tick(january(9, 10)).is_finished
    assert workflow.list_types(level) == ALL


def test_a_decision_stamped_ahead_of_the_tick_loses_no_crossing(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    workflow.decide(level, january(7, 12) + timedelta(seconds=3))
    engine.tick(january(7, 12) - timedelta(seconds=1))
    engine.tick(january(7, 12) + timedelta(seconds=60))
    assert workflow.list_types(level) == ALL


def test_a_tat_of_nothing_is_missed_at_once(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level(tat_hours=0)
    engine.tick(january(5, 14))
    assert workflow.list_types(level) == []
    engine.tick(january(5, 14, 1))
    assert sorted(workflow.list_types(level)) == sorted(ALL)
    assert [kind for kind, _ in workflow.list_notified(level)] == ["TAT_100"]
