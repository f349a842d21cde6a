"""What a tick records, and when: levels of 16 h from Monday 14:00, due Wednesday 12:00."""

from datetime import datetime, timedelta

import pytest

from tests.alerts.workflow import MICROSECOND, Engine, Workflow, hours, january

ALL = ["TAT_50", "TAT_75", "TAT_100"]


def test_each_threshold_is_recorded_at_the_tick_after_its_crossing(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    recorded = []
    for as_of in (january(6, 12, 59), january(6, 13, 1), january(6, 17, 1), january(7, 12, 1)):
        engine.tick(as_of)
        recorded.append(workflow.list_types(level))
    assert recorded == [[], ALL[:1], ALL[:2], ALL]
    assert workflow.list_notified(level) == [(kind, workflow.approver_id) for kind in ALL]
    assert set(workflow.list_reasons(level).values()) == {None}


def test_flags_follow_the_alerts(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    for as_of in (january(6, 12), january(6, 14), january(6, 17, 30), january(7, 13)):
        engine.tick(as_of)
        assert workflow.list_flags(level) == workflow.list_types(level)
    assert workflow.list_flags(level) == ALL


@pytest.mark.parametrize(
    ("crossing", "alert_type"),
    [(january(6, 13), "TAT_50"), (january(6, 17), "TAT_75"), (january(7, 12), "TAT_100")],
)
def test_crossing_is_strict(
    workflow: Workflow, engine: Engine, crossing: datetime, alert_type: str
) -> None:
    level = workflow.add_level()
    engine.tick(crossing)
    assert alert_type not in workflow.list_types(level)
    engine.tick(crossing + MICROSECOND)
    assert workflow.list_types(level)[-1] == alert_type


def test_a_deadline_on_closing_time_breaches_when_the_next_window_opens(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level(tat_hours=4)
    engine.tick(january(6, 9))
    assert workflow.list_types(level) == ALL[:2]
    engine.tick(january(6, 9) + MICROSECOND)
    breach = workflow.list_alerts(level)[-1]
    assert breach["alert_type"] == "TAT_100"
    assert breach["expected_completion_time"] == january(5, 18)
    assert breach["threshold_crossed_at"] == january(6, 9)


@pytest.mark.parametrize(("late", "expected"), [(timedelta(0), ALL[:2]), (MICROSECOND, ALL)])
def test_a_level_finished_on_the_dot_is_in_time(
    workflow: Workflow, engine: Engine, late: timedelta, expected: list[str]
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 18))
    workflow.decide(level, january(7, 12) + late)
    engine.tick(january(8, 9))
    assert workflow.list_types(level) == expected
    on_time = {alert["was_completed_on_time"] for alert in workflow.list_alerts(level)}
    assert on_time == {not late}
    assert workflow.read_status(level, january(8, 9))["is_breached"] is bool(late)


def test_a_threshold_that_is_no_whole_microsecond_is_crossed_just_after_it(
    workflow: Workflow, engine: Engine
) -> None:
    workflow.connection.execute(
        "update tat.policy_threshold set percentage = 33.333 where threshold = 50"
    )
    level = workflow.add_level(tat_hours="0.01")  # 33.333 % of 36 s: 11.99988 s
    crossing = january(5, 14) + timedelta(microseconds=11_999_880)
    engine.tick(crossing)
    assert workflow.list_types(level) == []
    engine.tick(crossing + MICROSECOND)
    assert workflow.list_types(level) == ["TAT_50"]


def test_an_express_level_runs_through_the_night(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level(priority="EXPRESS")
    engine.tick(january(6, 6))
    assert workflow.list_types(level) == ALL[:2]
    engine.tick(january(6, 6, 1))
    assert workflow.list_types(level) == ALL
    assert workflow.list_alerts(level)[-1]["threshold_crossed_at"] == january(6, 6)


def test_what_an_alert_says(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level(level_name="Finance", level_number=2)
    engine.tick(january(6, 13, 15))
    alert = workflow.list_alerts(level)[0]
    metadata = alert.pop("metadata")
    request_id = workflow.read_level(level)["request_id"]
    expected = {
        "request_id": request_id,
        "level_id": level,
        "approver_id": workflow.approver_id,
        "alert_type": "TAT_50",
        "threshold_percentage": hours("50"),
        "tat_hours_allocated": hours("16.00"),
        "tat_hours_elapsed": hours("8.25"),
        "tat_hours_remaining": hours("7.75"),
        "level_start_time": january(5, 14),
        "alert_sent_at": january(6, 13, 15),
        "expected_completion_time": january(7, 12),
        "alert_message": '50 % of the TAT of 16 h for "Finance" is used;'
        " it is due 7 Jan 2026 12:00 (Asia/Kolkata).",
        "notification_sent": False,
        "notification_channels": [],
        "is_breached": False,
        "was_completed_on_time": None,
        "completion_time": None,
        "cycle": 1,
        "threshold_crossed_at": january(6, 13),
    }
    assert {name: alert[name] for name in expected} == expected
    assert metadata == {
        "request_number": "REQ-1",
        "request_title": "Laptop for a new colleague",
        "priority": "STANDARD",
        "approver_name": "Approver One",
        "level_number": 2,
        "level_name": "Finance",
        "origin": "tick",
        "basis": {
            "calendar_id": workflow.read_clock(level)["calendar_id"],
            "calendar_revision": 1,
            "budget_microseconds": 16 * 3_600_000_000,
            "paused_microseconds": 0,
            "carried_microseconds": 0,
        },
    }


def test_what_a_breach_says(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level(level_number=3, tat_hours="2.5")
    engine.tick(january(5, 17))
    breach = workflow.list_alerts(level)[-1]
    assert breach["is_breached"] is True
    assert breach["tat_hours_elapsed"] == hours("3.00")
    assert breach["tat_hours_remaining"] == 0
    assert breach["alert_message"] == (
        "The TAT of 2.5 h for level 3 is missed; it was due 5 Jan 2026 16:30 (Asia/Kolkata)."
    )


def test_every_alert_is_an_activity_of_its_request(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    engine.tick(january(7, 13))
    activities = workflow.fetch_all("select * from workflow.activities order by created_at")
    alerts = workflow.list_alerts(level)
    assert [activity["activity_type"] for activity in activities] == ["sla_warning"] * 3
    assert all(activity["is_system_event"] for activity in activities)
    assert {activity["request_id"] for activity in activities} == {alerts[0]["request_id"]}
    told = {
        (activity["activity_description"], activity["metadata"]["alert_id"])
        for activity in activities
    }
    assert told == {(alert["alert_message"], str(alert["alert_id"])) for alert in alerts}


def test_after_downtime_all_is_recorded_and_only_the_highest_notified(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    report = engine.tick(january(9, 10))
    alerts = workflow.list_alerts(level)
    assert [alert["threshold_crossed_at"] for alert in alerts] == [
        january(6, 13),
        january(6, 17),
        january(7, 12),
    ]
    assert {alert["alert_sent_at"] for alert in alerts} == {january(9, 10)}
    assert workflow.list_notified(level) == [("TAT_100", workflow.approver_id)]
    lower = "a higher threshold is crossed too"
    assert workflow.list_reasons(level) == {"TAT_50": lower, "TAT_75": lower, "TAT_100": None}
    assert (report.alerts_recorded, report.notifications_queued) == (3, 1)


def test_a_tick_reports_what_it_did_and_keeps_it(workflow: Workflow, engine: Engine) -> None:
    for tat_hours in (16, 16, 400):
        workflow.add_level(tat_hours=tat_hours)
    report = engine.tick(january(6, 13, 30))
    assert (report.levels_derived, report.levels_claimed, report.alerts_recorded) == (3, 2, 2)
    assert (report.backlog, report.is_finished) == (0, True)
    assert report.max_lateness_seconds == hours("1800")
    kept = workflow.fetch_all("select * from tat.tick_log")
    assert len(kept) == 1
    names = ("as_of", "levels_derived", "levels_claimed", "alerts_recorded", "backlog")
    assert all(kept[0][name] == getattr(report, name) for name in names)
    assert kept[0]["origin"] == "command"


def test_an_idle_tick_does_nothing_but_say_so(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 14))
    before = workflow.read_clock(level)
    report = engine.tick(january(6, 14, 1))
    assert (report.levels_derived, report.levels_claimed, report.alerts_recorded) == (0, 0, 0)
    assert report.max_lateness_seconds is None
    assert workflow.read_clock(level) == before


def test_a_tick_as_of_an_earlier_instant_records_nothing_new(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 14))
    engine.tick(january(6, 10))
    assert workflow.list_types(level) == ["TAT_50"]
    engine.tick(january(6, 17, 1))
    assert workflow.list_types(level) == ALL[:2]


def test_configured_percentages_move_the_alerts_but_not_their_types(
    workflow: Workflow, engine: Engine
) -> None:
    workflow.connection.execute(
        "update tat.policy_threshold set percentage = 25 where threshold = 50"
    )
    level = workflow.add_level()
    engine.tick(january(5, 18, 1))
    assert workflow.list_types(level) == []
    engine.tick(january(6, 9, 1))
    alert = workflow.list_alerts(level)[0]
    assert (alert["alert_type"], alert["threshold_percentage"]) == ("TAT_50", 25)
    assert alert["threshold_crossed_at"] == january(6, 9)


def count_captured(workflow: Workflow) -> int:
    """Count the captured changes that wait to be derived."""
    rows = workflow.fetch_all("select 1 from tat.level_change where drained_at is null")
    return len(rows)


def test_the_engines_own_writes_are_not_captured(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    assert count_captured(workflow) == 1
    engine.tick(january(7, 13))
    assert workflow.list_flags(level) == ALL
    assert count_captured(workflow) == 0
