"""Reconciliation finds nothing in what the engine did, and everything that was done to it."""

from random import Random

import psycopg
import pytest

from orchestration.engine.calendars.editing import CalendarRules, add_calendar
from orchestration.engine.reconciliation import ReconciliationError, reconcile
from tests.alerts.histories import History
from tests.alerts.workflow import Engine, Workflow, january
from tests.distribution import several

LONDON = CalendarRules("Europe/London", variant_of="business hours", location="London")


@pytest.mark.parametrize("seed", several(range(300, 306), 2))
def test_whatever_happened_the_record_reconciles(
    workflow: Workflow, engine: Engine, seed: int
) -> None:
    history = History(workflow, engine, Random(seed), may_rewrite=False)
    add_calendar(workflow.connection, "London", LONDON)
    moved = {"location": "London", "updated_at": january(12)}
    workflow.update("users", "user_id", workflow.approver_id, moved)
    history.unfold(80)
    found = reconcile(workflow.connection)
    assert found.findings == []
    assert found.levels == len(history.levels)
    assert found.crossings > 0


@pytest.mark.parametrize("seed", several(range(400, 406), 2))
def test_what_rules_and_corrections_changed_since_is_no_fault(
    workflow: Workflow, engine: Engine, seed: int
) -> None:
    history = History(workflow, engine, Random(seed), may_rewrite=True)
    level = workflow.add_level()
    history.unfold(80)
    # Whatever else was rewritten, all three points of this level passed elsewhere than recorded.
    workflow.change_level(level, tat_hours="12.5")
    engine.catch_up(history.present)
    found = reconcile(workflow.connection)
    assert found.errors == []
    assert found.counts["changed since"] >= 3
    assert all(finding.detail for finding in found.findings)


DAMAGE = {
    "missing": "delete from tat.tat_alerts where alert_type = 'TAT_75'",
    "misplaced": (
        "update tat.tat_alerts set threshold_crossed_at = threshold_crossed_at"
        " - interval '1 microsecond' where alert_type = 'TAT_75'"
    ),
    "extra": (
        "update tat.tat_alerts set level_id = (select level_id from tat.level_clock"
        " order by started_at desc limit 1),"
        " level_start_time = (select max(started_at) from tat.level_clock)"
        " where alert_type = 'TAT_75'"
    ),
    "flag": "update workflow.approval_levels set tat75_alert_sent = not tat75_alert_sent",
    "unaccounted": "delete from tat.outbox",
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found_as_what_it_is(workflow: Workflow, engine: Engine, kind: str) -> None:
    workflow.add_level()
    workflow.add_level(started_at=january(6, 17))
    engine.tick(january(6, 17, 1))
    assert reconcile(workflow.connection).findings == []
    with workflow.connection.transaction():
        workflow.connection.execute("set local tat.engine_writes = 'on'")
        workflow.connection.execute(DAMAGE[kind].encode())
    found = reconcile(workflow.connection)
    assert not found.is_clean
    assert kind in found.counts
    assert set(found.counts) <= {kind, "missing" if kind == "extra" else kind, "flag"}


def test_what_is_missing_is_recorded_once_its_level_is_derived_anew(
    workflow: Workflow, engine: Engine
) -> None:
    workflow.add_level()
    engine.tick(january(6, 17, 1))
    workflow.connection.execute("delete from tat.tat_alerts where alert_type = 'TAT_50'")
    assert reconcile(workflow.connection).counts == {"missing": 1, "flag": 1}
    workflow.connection.execute("select tat.mark_all_levels()")
    engine.catch_up(january(6, 17, 2))
    assert reconcile(workflow.connection).findings == []


def test_two_alerts_for_one_crossing_are_found(workflow: Workflow, engine: Engine) -> None:
    workflow.add_level()
    engine.tick(january(6, 14))
    workflow.connection.execute(
        "alter table tat.tat_alerts drop constraint tat_alerts_level_id_cycle_alert_type_key,"
        " alter column threshold_percentage drop expression"
    )
    workflow.connection.execute(
        "insert into tat.tat_alerts select (jsonb_populate_record(alert,"
        " jsonb_build_object('alert_id', gen_random_uuid(), 'metadata',"
        ' metadata || \'{"not_notified_reason": "twice"}\'))).* from tat.tat_alerts as alert'
    )
    assert reconcile(workflow.connection).counts == {"doubled": 1}


def test_an_alert_sent_before_its_crossing_is_found(workflow: Workflow, engine: Engine) -> None:
    workflow.add_level()
    engine.tick(january(6, 14))
    workflow.connection.execute("alter table tat.tat_alerts drop constraint tat_alerts_check1")
    workflow.connection.execute(
        "update tat.tat_alerts set alert_sent_at = threshold_crossed_at - interval '1 second'"
    )
    assert reconcile(workflow.connection).counts == {"early": 1}


def test_changes_that_no_tick_has_seen_wait(workflow: Workflow, engine: Engine) -> None:
    level = workflow.add_level()
    engine.tick(january(6, 14))
    workflow.change_level(level, tat_start_time=january(5, 9))
    assert set(reconcile(workflow.connection).counts) == {"waiting"}
    workflow.add_level(started_at=january(5, 9))
    found = reconcile(workflow.connection)
    assert set(found.counts) == {"waiting"}
    assert found.is_clean


def test_without_a_tick_there_is_nothing_to_compare(connection: psycopg.Connection) -> None:
    with pytest.raises(ReconciliationError, match="tat tick"):
        reconcile(connection)


def test_the_nightly_check_turns_red_and_lists_what_it_found(
    workflow: Workflow, engine: Engine, parsed_project: None
) -> None:
    from orchestration.defs.alerts.reconciliation import LISTED, judge_reconciliation

    levels = [workflow.add_level() for _ in range(LISTED + 2)]
    engine.tick(january(6, 17, 1))
    green = judge_reconciliation(reconcile(workflow.connection))
    assert green.passed
    assert green.metadata["crossings"].value == 2 * len(levels)
    workflow.connection.execute("delete from tat.tat_alerts where alert_type = 'TAT_75'")
    red = judge_reconciliation(reconcile(workflow.connection))
    assert not red.passed
    listed = str(red.metadata["first_findings"].value).splitlines()
    assert len(listed) == LISTED + 1
    assert listed[0].startswith("- missing: TAT_75 of level ")
    assert listed[-1].endswith("more; `tat reconcile` lists them")
