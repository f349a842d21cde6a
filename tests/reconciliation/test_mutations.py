"""Whichever rule of the engine is broken, reconciliation sees it: it shares none of them.

Each is a fault: no source row changed after the alerts were recorded, so nothing excuses them.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from psycopg import sql

from database.install import FOLDER
from orchestration.engine.calendars.editing import CalendarRules, add_calendar, set_policy
from orchestration.engine.reconciliation import reconcile
from tests.alerts.workflow import Engine, Workflow, january
from tests.distribution import several

NOW = january(13, 12)


@dataclass(frozen=True)
class Mutation:
    """A text of a file of database/sql, and what stands there instead."""

    file: str
    rule: str
    broken: str


MUTATIONS = {
    "a decision is dated by the row's last change": Mutation(
        "20_levels/level_state.sql",
        "then coalesce(\n            approval_levels.level_end_time,",
        "then coalesce(\n            approval_levels.updated_at,",
    ),
    "the levels of a deleted request run on": Mutation(
        "20_levels/level_state.sql", "when workflow_requests.is_deleted or", "when"
    ),
    "the levels of a closed request run on": Mutation(
        "20_levels/level_state.sql", "in ('APPROVED', 'REJECTED', 'CLOSED')", "in ('REJECTED')"
    ),
    "a skip is dated by the row's last change": Mutation(
        "20_levels/level_state.sql",
        "then coalesce(\n            approval_levels.skipped_at,",
        "then coalesce(\n            approval_levels.updated_at, approval_levels.skipped_at,",
    ),
    "what a skipped level had crossed is forgotten": Mutation(
        "20_levels/ran_before.sql", "<> 'PENDING'", "not in ('PENDING', 'SKIPPED')"
    ),
    "the level's own start counts before that of its TAT": Mutation(
        "20_levels/level_state.sql",
        "coalesce(approval_levels.tat_start_time, approval_levels.level_start_time)",
        "coalesce(approval_levels.level_start_time, approval_levels.tat_start_time)",
    ),
    "what is just used up is crossed": Mutation(
        "20_levels/level_thresholds.sql",
        "/ 100)::bigint",
        "/ 100)::bigint - 1",
    ),
    "a threshold lies elsewhere": Mutation(
        "20_levels/level_thresholds.sql",
        "/ 100)::bigint",
        "/ 101)::bigint",
    ),
    "paused time counts": Mutation(
        "20_levels/list_pauses.sql",
        "where level_pause.level_id = p_level_id",
        "where false and level_pause.level_id = p_level_id",
    ),
    "a holiday is worked": Mutation(
        "10_clock/list_holidays.sql",
        "and holidays.is_active",
        "and not holidays.is_active",
    ),
    "a Saturday is worked": Mutation(
        "10_clock/generate_work_windows.sql",
        "extract(isodow from span_day.day) = weekly_window.iso_weekday",
        "extract(isodow from span_day.day) in (weekly_window.iso_weekday, 6)",
    ),
    "a department's policy is ignored": Mutation(
        "20_levels/choose_policy.sql", "or policy.department = p_department", ""
    ),
    "an approver's calendar is ignored": Mutation(
        "20_levels/choose_calendar.sql",
        "where calendar.variant_of = p_calendar_id",
        "where false and calendar.variant_of = p_calendar_id",
    ),
    "a change of priority forgets what elapsed": Mutation(
        "20_levels/list_segments.sql", "floor(sum(", "0 * floor(sum("
    ),
    "a move of a person is backdated": Mutation(
        "20_levels/user_place.sql", "user_change.effective_at > p_at", "false"
    ),
    "a level that is opened again goes on in its cycle": Mutation(
        "20_levels/list_reopened.sql",
        "and level_change.closes_cycle",
        "and false",
    ),
}


@pytest.fixture
def world(workflow: Workflow, engine: Engine) -> Workflow:
    """A level for each rule, recorded up to the present by the engine as it is."""
    connection = workflow.connection
    london = CalendarRules("Europe/London", variant_of="business hours", location="London")
    add_calendar(connection, "London", london)
    set_policy(connection, "STANDARD", department="Legal", thresholds=(20, 60))
    workflow.declare_holiday(date(2026, 1, 7))

    workflow.decide(workflow.add_level(), january(6, 11))
    workflow.change_level(add_decided(workflow, 6, 11), updated_at=january(12, 10))
    add_decided(workflow, 8, 12)
    for change in ({"is_deleted": True}, {"status": "CLOSED"}):
        workflow.change_request(workflow.add_level(), updated_at=january(5, 16), **change)
    skipped = {"status": "SKIPPED", "skipped_at": january(6, 16), "updated_at": january(12, 16)}
    workflow.change_level(workflow.add_level(), **skipped)
    workflow.add_level(level_start_time=january(5, 10))
    workflow.add_level(started_at=january(9, 14))
    workflow.pause(workflow.add_level(), january(5, 15), january(6, 15))

    lawyer, londoner = workflow.add_user(department="Legal"), workflow.add_user(location="London")
    workflow.add_level(request_id=workflow.add_request(initiator_id=lawyer))
    workflow.add_level(approver_id=londoner)
    workflow.change_request(workflow.add_level(), priority="EXPRESS", updated_at=january(6, 11))
    moving = workflow.add_user()
    moved = {"location": "London", "updated_at": january(6, 11)}
    workflow.update("users", "user_id", moving, moved)
    workflow.add_level(approver_id=moving)
    again = add_decided(workflow, 6, 15)
    opened = {"status": "IN_PROGRESS", "level_end_time": None, "updated_at": january(8, 10)}
    workflow.change_level(again, **opened)
    engine.catch_up(NOW)
    return workflow


def add_decided(workflow: Workflow, day: int, hour: int) -> UUID:
    """Add a level that is decided at an hour of January."""
    level = workflow.add_level()
    workflow.decide(level, january(day, hour))
    return level


def record_anew(workflow: Workflow, engine: Engine) -> None:
    """Let the engine make calendars, clocks and alerts again, from nothing."""
    workflow.connection.execute("insert into tat.calendar_change default values")
    workflow.forget_records()
    engine.catch_up(NOW)


def test_the_engine_as_it_is_reconciles(world: Workflow, engine: Engine) -> None:
    assert reconcile(world.connection).findings == []
    record_anew(world, engine)
    found = reconcile(world.connection)
    assert found.findings == []
    assert found.crossings > 20


@pytest.mark.parametrize("name", several(MUTATIONS, 8))
def test_a_broken_rule_is_seen(world: Workflow, engine: Engine, name: str) -> None:
    mutation = MUTATIONS[name]
    text = (FOLDER / mutation.file).read_text(encoding="utf-8")
    assert mutation.rule in text
    world.connection.execute(text.replace(mutation.rule, mutation.broken).encode())
    record_anew(world, engine)
    found = reconcile(world.connection)
    assert found.errors != []


@pytest.mark.parametrize("mark", ["closes_cycle", "switches"])
def test_a_ledger_that_marks_nothing_is_seen(world: Workflow, engine: Engine, mark: str) -> None:
    column = sql.Identifier(mark)
    for statement in (
        "alter table tat.level_change alter column {} drop expression",
        "alter table tat.level_change alter column {} set default false",
        "update tat.level_change set {} = false",
    ):
        world.connection.execute(sql.SQL(statement).format(column))
    record_anew(world, engine)
    assert reconcile(world.connection).errors != []
