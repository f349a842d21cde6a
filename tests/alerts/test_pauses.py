"""Paused working time does not count (16 h from Monday 14:00: 50 % is Tuesday 13:00)."""

from datetime import timedelta

import psycopg
import pytest

from tests.alerts.workflow import Engine, Workflow, january

ALL = ["TAT_50", "TAT_75", "TAT_100"]


def read_elapsed_hours(workflow: Workflow, level: object, day: int, hour: int) -> float:
    """Elapsed working hours of a level as of a local time of January."""
    status = workflow.read_status(level, january(day, hour))  # type: ignore[arg-type]
    return float(status["elapsed_seconds"]) / 3600


def test_a_paused_level_does_not_age(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    workflow.pause(level, january(6, 12))
    engine.tick(january(15, 10))
    assert workflow.list_types(level) == []
    assert workflow.read_clock(level)["state"] == "paused"
    assert read_elapsed_hours(workflow, level, 15, 10) == 7


def test_a_resumed_level_goes_on_where_it_stood(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    pause = workflow.pause(level, january(6, 12))
    engine.tick(january(6, 18))
    workflow.resume(pause, january(8, 10))
    engine.tick(january(8, 11))
    assert workflow.list_types(level) == []
    engine.tick(january(8, 11, 1))
    assert workflow.list_types(level) == ["TAT_50"]
    assert workflow.list_alerts(level)[0]["threshold_crossed_at"] == january(8, 11)
    assert workflow.list_alerts(level)[0]["expected_completion_time"] == january(9, 10)


def test_a_pause_outside_working_hours_costs_nothing(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    workflow.pause(level, january(5, 18), january(6, 9))
    engine.tick(january(6, 13, 1))
    assert workflow.list_types(level) == ["TAT_50"]


def test_a_pause_that_overlaps_another_is_refused(workflow: Workflow) -> None:
    level, other = workflow.add_level(), workflow.add_level()
    running = workflow.pause(level, january(6, 9))
    with pytest.raises(psycopg.errors.ExclusionViolation, match="pauses_of_a_level_do_not_overlap"):
        workflow.pause(level, january(6, 10), january(6, 12))
    workflow.pause(other, january(6, 10), january(6, 12))
    workflow.resume(running, january(6, 10))
    workflow.pause(level, january(6, 10), january(6, 12))


def test_pauses_may_be_moved_past_each_other_in_one_statement(workflow: Workflow) -> None:
    level = workflow.add_level()
    workflow.pause(level, january(6, 9), january(6, 11))
    workflow.pause(level, january(6, 11), january(6, 13))
    workflow.connection.execute(
        "update workflow.level_pauses set paused_at = paused_at + interval '1 hour',"
        " resumed_at = resumed_at + interval '1 hour'"
    )


def test_a_pause_counts_only_within_the_levels_life(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    workflow.pause(level, january(5, 9), january(5, 15))
    workflow.decide(level, january(6, 10))
    workflow.pause(level, january(6, 9, 30), january(6, 17))
    engine.tick(january(6, 18))
    assert read_elapsed_hours(workflow, level, 6, 18) == 3.5


def test_a_level_decided_while_paused_stops_ageing_at_the_pause(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    workflow.pause(level, january(6, 12))
    workflow.decide(level, january(9, 10))
    engine.tick(january(9, 11))
    assert read_elapsed_hours(workflow, level, 9, 11) == 7
    assert workflow.list_types(level) == []


def test_a_crossing_just_before_the_pause_is_recorded_but_not_notified(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 12))
    workflow.pause(level, january(6, 13, 1))
    engine.tick(january(6, 13, 2))
    assert workflow.list_reasons(level) == {"TAT_50": "paused before the tick"}
    assert workflow.list_notified(level) == []


def test_a_level_that_arrives_paused_is_notified_once_it_runs_again(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    pause = workflow.pause(level, january(6, 12))
    engine.tick(january(6, 12, 30))
    workflow.resume(pause, january(7, 9))
    engine.tick(january(7, 10, 1))
    assert workflow.list_notified(level) == [("TAT_50", workflow.approver_id)]


def test_a_removed_pause_never_was(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    pause = workflow.pause(level, january(6, 9), january(6, 12))
    engine.tick(january(6, 13, 1))
    assert workflow.list_types(level) == []
    workflow.connection.execute("delete from workflow.level_pauses where pause_id = %s", (pause,))
    engine.tick(january(6, 13, 1))
    assert workflow.list_types(level) == ["TAT_50"]


def test_a_pause_after_a_crossing_does_not_move_the_crossing(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    workflow.pause(level, january(8, 9), january(8, 17))
    engine.tick(january(9, 10))
    crossed_at = [alert["threshold_crossed_at"] for alert in workflow.list_alerts(level)]
    assert crossed_at == [january(6, 13), january(6, 17), january(7, 12)]


def test_a_pause_after_the_deadline_does_not_move_the_deadline(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(7, 13))
    workflow.pause(level, january(8, 9), january(8, 17))
    engine.tick(january(9, 10))
    status = workflow.read_status(level, january(9, 10))
    assert (status["due_at"], status["is_breached"]) == (january(7, 12), True)
    assert status["elapsed_seconds"] == timedelta(hours=4 + 9 + 9 + 1 + 1).total_seconds()


def test_a_request_closed_before_its_paused_level_began_stops_no_tick(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    workflow.pause(level, january(6, 12), january(6, 13))
    workflow.change_request(
        level, status="CLOSED", closure_date=january(5, 10), updated_at=january(7, 10)
    )
    engine.tick(january(7, 12))
    clock = workflow.read_clock(level)
    assert clock["state"] == "cancelled"
    assert clock["paused_clock"] == 0
    assert workflow.list_types(level) == []


def test_a_pause_with_a_planned_end_is_a_pause_until_then(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    workflow.pause(level, january(6, 12), january(15, 10))
    engine.tick(january(8, 10))
    clock = workflow.read_clock(level)
    assert (clock["state"], clock["changes_at"]) == ("paused", january(15, 10))
    assert read_elapsed_hours(workflow, level, 8, 10) == 7
    assert clock["due_at"] == january(16, 10)
    assert workflow.list_types(level) == []
    engine.tick(january(15, 12))
    assert workflow.read_clock(level)["state"] == "running"
    assert workflow.list_notified(level) == [("TAT_50", workflow.approver_id)]
    assert workflow.list_alerts(level)[0]["threshold_crossed_at"] == january(15, 11)


def test_a_pause_that_nothing_reaches_is_as_an_open_one(workflow: Workflow, engine: Engine) -> None:
    level, other = workflow.add_level(), workflow.add_level()
    workflow.pause(level, january(6, 12))
    workflow.pause(other, january(6, 12), january(6, 12).replace(year=2035))
    engine.tick(january(15, 10))
    first, second = workflow.read_clock(level), workflow.read_clock(other)
    for name in ("state", "halted_clock", "paused_clock", "due_at", "next_due_clock"):
        assert first[name] == second[name]
    assert workflow.list_types(other) == []


def test_a_pause_counts_from_when_it_begins(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    workflow.pause(level, january(7, 9))
    engine.tick(january(6, 13, 1))
    assert workflow.read_clock(level)["state"] == "running"
    assert workflow.list_notified(level) == [("TAT_50", workflow.approver_id)]
    engine.tick(january(8, 10))
    assert workflow.read_clock(level)["state"] == "paused"
    assert read_elapsed_hours(workflow, level, 8, 10) == 13
    assert workflow.list_types(level) == ["TAT_50", "TAT_75"]


@pytest.mark.parametrize(
    ("status", "end"), [("APPROVED", "level_end_time"), ("SKIPPED", "skipped_at")]
)
def test_a_level_with_an_end_ahead_runs_until_then(
    workflow: Workflow, engine: Engine, status: str, end: str
) -> None:
    level = workflow.add_level()
    workflow.change_level(level, status=status, **{end: january(6, 15)})
    engine.tick(january(6, 14))
    assert workflow.read_clock(level)["state"] == "running"
    assert workflow.list_notified(level) == [("TAT_50", workflow.approver_id)]
    assert read_elapsed_hours(workflow, level, 6, 14) == 9
    engine.tick(january(8, 10))
    assert workflow.read_clock(level)["halted_at"] == january(6, 15)
    assert workflow.list_types(level) == ["TAT_50"]


def test_a_request_that_closes_ahead_is_open_until_then(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    workflow.change_request(level, status="CLOSED", closure_date=january(6, 15))
    engine.tick(january(6, 14))
    assert workflow.list_notified(level) == [("TAT_50", workflow.approver_id)]
    engine.tick(january(8, 10))
    assert workflow.read_clock(level)["state"] == "cancelled"
    assert workflow.list_types(level) == ["TAT_50"]


def test_a_level_opened_again_before_its_stated_end_came_ended_then(
    workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    workflow.change_level(
        level, status="APPROVED", level_end_time=january(7, 10), updated_at=january(6, 10)
    )
    workflow.change_level(
        level, status="IN_PROGRESS", level_end_time=None, updated_at=january(6, 11)
    )
    engine.tick(january(6, 12))
    clocks = workflow.fetch_all("select * from tat.level_clock order by cycle")
    assert [clock["halted_at"] for clock in clocks] == [january(6, 11), None]
    assert clocks[1]["started_at"] == january(6, 11)
