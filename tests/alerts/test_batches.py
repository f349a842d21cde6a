"""Large backlogs are drained in bounded batches, and what is left is reported."""

from orchestration.engine.tick import run_ticks
from tests.alerts.crowds import add_levels, assert_recorded_once
from tests.alerts.workflow import Engine, Workflow, january

LATE = january(9, 10)


def test_a_backlog_is_drained_in_bounded_batches_the_oldest_first(
    workflow: Workflow, engine: Engine
) -> None:
    levels = add_levels(workflow, 25)
    left = [engine.tick(LATE, levels_per_tick=10).backlog for _ in range(3)]
    assert left == [15, 5, 0]
    assert_recorded_once(workflow, levels)
    sent = workflow.fetch_all(
        "select level_id from tat.tat_alerts where alert_type = 'TAT_100'"
        " order by created_at, threshold_crossed_at"
    )
    assert [row["level_id"] for row in sent] == levels


def test_captured_changes_are_derived_in_bounded_batches(
    workflow: Workflow, engine: Engine
) -> None:
    levels = add_levels(workflow, 7)
    reports = [engine.tick(LATE, changes_per_tick=3) for _ in range(3)]
    assert [report.levels_derived for report in reports] == [3, 3, 1]
    assert [report.changes_left for report in reports] == [True, True, False]
    assert_recorded_once(workflow, levels)


def test_changes_that_wait_for_their_batch_raise_no_alert_too_early(
    workflow: Workflow, engine: Engine
) -> None:
    workflow.declare_holiday(january(6).date())
    levels = [workflow.add_level(started_at=january(7, 9)) for _ in range(4)]
    engine.tick(january(7, 12))
    workflow.connection.execute("delete from workflow.holidays")
    # A working day more has passed on the clock, before these levels started.
    for _ in range(6):
        engine.tick(january(7, 14), changes_per_tick=1)
    assert [workflow.list_types(level) for level in levels] == [[]] * 4


def test_run_ticks_goes_on_until_nothing_is_left(workflow: Workflow, engine: Engine) -> None:
    levels = add_levels(workflow, 25)
    seen: list[int] = []
    report = run_ticks(
        engine.connection,
        LATE,
        origin="load",
        levels_per_tick=10,
        progress=lambda so_far: seen.append(so_far.alerts_recorded),
    )
    assert (report.ticks, report.alerts_recorded, report.backlog) == (3, 75, 0)
    assert seen == [30, 60, 75]
    assert report.max_lateness_seconds is not None
    assert_recorded_once(workflow, levels)


def test_run_ticks_stops_when_its_time_is_up_and_says_what_is_left(
    workflow: Workflow, engine: Engine
) -> None:
    add_levels(workflow, 5)
    report = run_ticks(engine.connection, LATE, origin="load", levels_per_tick=2, seconds=0)
    assert (report.ticks, report.backlog, report.is_finished) == (1, 3, False)


def test_calendars_share_a_batch_so_that_none_starves(workflow: Workflow, engine: Engine) -> None:
    for _ in range(20):
        workflow.add_level()
    express = workflow.add_level(priority="EXPRESS")
    engine.tick(january(5, 15))
    report = engine.tick(january(9, 10), levels_per_tick=10)
    assert (report.levels_claimed, report.backlog) == (6, 15)
    assert workflow.list_types(express) == ["TAT_50", "TAT_75", "TAT_100"]
    assert engine.tick(january(9, 10), levels_per_tick=15).backlog == 0
