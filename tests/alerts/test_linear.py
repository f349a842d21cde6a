"""What a tick reads depends on its batch, not on how much waits, whatever statistics say."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from orchestration.engine.tick import run_tick
from tests.alerts.workflow import MICROSECOND, Engine, Workflow, january

pytestmark = pytest.mark.slow

BATCH = 50
FEW, MANY = 400, 1600
STARTS_AT, NOW = january(5, 9), january(6, 10)

ADD_LEVELS = """
    insert into workflow.approval_levels (
        level_id, request_id, level_number, approver_id, status, tat_hours,
        tat_start_time, level_start_time, created_at, updated_at
    )
    select
        gen_random_uuid(), %(request_id)s, number, %(approver_id)s, 'IN_PROGRESS', %(tat_hours)s,
        %(starts_at)s, %(starts_at)s, %(starts_at)s, %(starts_at)s
    from generate_series(1, %(count)s) as number
"""
DECIDE = """
    update workflow.approval_levels
    set status = 'APPROVED', level_end_time = %(at)s, action_date = %(at)s, updated_at = %(at)s
    where request_id = %(request_id)s
"""
REOPEN = """
    update workflow.approval_levels
    set status = 'IN_PROGRESS', level_end_time = null, action_date = null, updated_at = %(at)s
    where request_id = %(request_id)s
"""
REASSIGN = """
    update workflow.approval_levels
    set approver_id = %(approver_id)s, updated_at = %(at)s
"""
PAUSE = """
    insert into workflow.level_pauses (pause_id, level_id, paused_at)
    select gen_random_uuid(), level_id, %(at)s
    from workflow.approval_levels
"""
EDIT_POLICIES = "update tat.policy set notification_channels = notification_channels"


def add_levels(workflow: Workflow, count: int, tat_hours: int = 400) -> UUID:
    """Add the levels of a new request in one statement; return the request's id."""
    request_id = workflow.add_request()
    parameters = {
        "request_id": request_id,
        "approver_id": workflow.approver_id,
        "starts_at": STARTS_AT,
        "tat_hours": tat_hours,
        "count": count,
    }
    workflow.connection.execute(ADD_LEVELS.encode(), parameters)
    return request_id


def forget_changes(workflow: Workflow) -> None:
    """Let statistics believe that nothing ever changes, as after a quiet week."""
    workflow.connection.execute("vacuum (analyze) tat.level_change, workflow.level_pauses")


def change(
    workflow: Workflow, statement: str, at: datetime, request_id: UUID | None = None
) -> None:
    """Let the app change every level at once, or those of one request."""
    parameters = {"at": at, "approver_id": workflow.add_user(), "request_id": request_id}
    workflow.connection.execute(statement.encode(), parameters)


def read_counters(engine: Engine) -> Counter[str]:
    """Rows that this session has fetched from each table and not reported yet."""
    rows = engine.connection.execute(
        "select relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
        " from pg_stat_xact_user_tables"
    )
    return Counter(dict(rows.fetchall()))


def count_reads(engine: Engine, as_of: datetime = NOW) -> Counter[str]:
    """Run one tick of a small batch; return the rows that it fetched from each table."""
    with engine.connection.transaction():
        before = read_counters(engine)
        report = run_tick(
            engine.connection,
            as_of,
            origin="command",
            changes_per_tick=BATCH,
            levels_per_tick=BATCH,
        )
        after = read_counters(engine)
    assert report.changes_left
    assert report.levels_derived > 0
    return after - before


def assert_bounded(few: Counter[str], many: Counter[str]) -> None:
    """Reading is about as much work, however much more waits."""
    assert few["level_change"] >= BATCH
    assert {name: reads for name, reads in many.items() if reads > 1.2 * few[name] + 10} == {}


def test_levels_that_arrive(workflow: Workflow, engine: Engine) -> None:
    forget_changes(workflow)
    add_levels(workflow, FEW)
    few = count_reads(engine)
    engine.catch_up(NOW)
    forget_changes(workflow)
    add_levels(workflow, MANY)
    assert_bounded(few, count_reads(engine))


@pytest.mark.parametrize(
    "statement", [EDIT_POLICIES, REASSIGN, PAUSE], ids=["policy", "reassigned", "paused"]
)
def test_levels_that_change(workflow: Workflow, engine: Engine, statement: str) -> None:
    reads = []
    for number, count in enumerate((FEW, MANY - FEW)):
        add_levels(workflow, count)
        engine.catch_up(NOW)
        workflow.connection.execute("delete from workflow.level_pauses")
        engine.catch_up(NOW)
        forget_changes(workflow)
        change(workflow, statement, STARTS_AT + timedelta(hours=1 + number))
        reads.append(count_reads(engine))
        engine.catch_up(NOW)
    assert_bounded(*reads)


def test_levels_that_are_opened_again(workflow: Workflow, engine: Engine) -> None:
    reads = []
    # Each level is opened again once: one more cycle of a level is a few more rows to read.
    for number, count in enumerate((FEW, MANY)):
        request_id = add_levels(workflow, count)
        engine.catch_up(NOW)
        forget_changes(workflow)
        change(workflow, DECIDE, STARTS_AT + timedelta(minutes=10 + number), request_id)
        change(workflow, REOPEN, STARTS_AT + timedelta(minutes=20 + number), request_id)
        reads.append(count_reads(engine))
        engine.catch_up(NOW)
    assert_bounded(*reads)


def test_a_calendar_that_changes(workflow: Workflow, engine: Engine) -> None:
    reads: list[Counter[str]] = []
    for count in (FEW, MANY - FEW):
        add_levels(workflow, count)
        engine.catch_up(NOW)
        forget_changes(workflow)
        workflow.declare_holiday(STARTS_AT.date() + timedelta(days=len(reads)))
        # The first tick regenerates the calendar and marks its levels.
        count_reads(engine)
        reads.append(count_reads(engine))
        engine.catch_up(NOW)
    assert_bounded(*reads)


def test_crossings_while_changes_wait(workflow: Workflow, engine: Engine) -> None:
    reads = []
    for count in (FEW, MANY):
        add_levels(workflow, BATCH, tat_hours=20)
        engine.catch_up(NOW - MICROSECOND)
        forget_changes(workflow)
        add_levels(workflow, count)
        reads.append(count_reads(engine, january(6, 12)))
        engine.catch_up(NOW)
    assert_bounded(*reads)
