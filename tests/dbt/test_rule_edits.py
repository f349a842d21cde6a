"""An edit of rules, beside those that store facts by them and those that tick."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Event
from typing import Any

import psycopg
import pytest

from database.connect import Database, connect, connect_as_superuser
from orchestration.engine.calendars.editing import set_policy
from orchestration.engine.calendars.preview import apply_edit
from orchestration.engine.tick import TickReport, read_database_time, run_tick
from orchestration.warehouse.facts import FactsReport, refresh_facts
from tests.dbt.corrections import ON_ANOTHER_CALENDAR
from tests.dbt.warehouse import FIND_WAITING, Query, Warehouse

# Decided over a night: 9 working hours in the office, 24 around the clock.
LAND_REQUEST: Query = (
    "insert into workflow.workflow_requests (request_id, request_number, initiator_id, title,"
    " priority, status, submission_date, closure_date, created_at, updated_at)"
    " select gen_random_uuid(), 'R8', initiator_id, 'A chair', 'STANDARD', 'APPROVED',"
    " '2026-03-09 10:00+05:30', '2026-03-10 10:00+05:30', '2026-03-09 10:00+05:30', now()"
    " from workflow.workflow_requests where request_number = 'R1'"
)
REFRESHER = {"pattern": "%refresh_stored_facts%"}


def change_policy(connection: psycopg.Connection) -> None:
    """Let STANDARD requests run around the clock."""
    set_policy(connection, "STANDARD", calendar="around the clock")


@contextmanager
def hold_edit_open(database: Database, pool: ThreadPoolExecutor) -> Iterator[Future[Any]]:
    """An edit of the policy that is made when the block begins, and committed after its end."""
    is_made, may_end = Event(), Event()

    def edit(connection: psycopg.Connection) -> None:
        change_policy(connection)
        is_made.set()
        assert may_end.wait(60)

    applied = pool.submit(apply_edit, database, edit, choices_changed=True, dry_run=False)
    try:
        assert is_made.wait(60)
        yield applied
    finally:
        may_end.set()


def comes_to_wait(refresh: Future[FactsReport], connection: psycopg.Connection) -> bool:
    """Whether a refresh waits for a lock, before it ends."""
    while not refresh.done():
        if connection.execute(FIND_WAITING, REFRESHER).fetchone() is not None:
            return True
        wait([refresh], timeout=0.05)
    return False


def read_working_hours(warehouse: Warehouse) -> float:
    """The working hours of the request that landed."""
    (row,) = warehouse.ask(
        "select cycle_time_working_hours::float as hours from vw_request_volume_summary"
        " where request_number = 'R8'"
    )
    return float(row["hours"])


def test_what_lands_during_an_edit_is_stored_by_the_new_rules(own_warehouse: Warehouse) -> None:
    database = own_warehouse.database
    assert database.home is not None
    with (
        connect_as_superuser(database.home, database.name) as observer,
        ThreadPoolExecutor(2) as pool,
    ):
        with hold_edit_open(database, pool) as applied:
            own_warehouse.change(LAND_REQUEST)
            assert read_working_hours(own_warehouse) == 9
            refresh = pool.submit(refresh_facts, database)
            has_waited = comes_to_wait(refresh, observer)
        applied.result(timeout=60)
        refresh.result(timeout=60)
    refresh_facts(database)
    assert read_working_hours(own_warehouse) == 24
    assert has_waited


# What comes first, the change (of a holiday: the tick that takes it up), the hours by the new rule.
CHANGES: dict[str, tuple[Query, Query, float]] = {
    "a holiday": (
        "insert into workflow.holidays (holiday_id, holiday_date, holiday_name)"
        " values (gen_random_uuid(), '2026-03-09', 'Declared late')",
        "select * from tat.derive_level_clocks(now())",
        1,
    ),
    "a policy": (
        "select",
        ON_ANOTHER_CALENDAR,
        24,
    ),
    "a department": (
        "insert into tat.policy (priority, department, calendar_id, seconds_per_tat_hour)"
        " select priority, 'Legal', (select calendar_id from tat.calendar where is_always_open),"
        " seconds_per_tat_hour from tat.policy where priority = 'STANDARD'",
        "update workflow.users set department = 'Legal', updated_at = now()"
        " where department = 'Sales'",
        24,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_lands_while_a_rule_changes_is_stored_by_the_new_one(
    own_warehouse: Warehouse, name: str
) -> None:
    database = own_warehouse.database
    before, statement, hours = CHANGES[name]
    with connect(database, "tat_owner") as app:
        app.execute(before)
    refresh_facts(database)
    with connect(database, "tat_owner") as rules, connect(database, "tat_owner") as app:
        rules.execute(statement)
        app.execute(LAND_REQUEST)
        app.commit()
        report = refresh_facts(database)
        assert read_working_hours(own_warehouse) == 9
        rules.commit()
    refresh_facts(database)
    assert read_working_hours(own_warehouse) == hours
    assert (report.requests_stored, report.is_waiting_for_rules) == (0, True)


@pytest.mark.parametrize("dry_run", [True, False])
def test_only_an_edit_that_stays_holds_the_stored_facts(
    own_warehouse: Warehouse, dry_run: bool
) -> None:
    database = own_warehouse.database
    own_warehouse.change(LAND_REQUEST)
    reports: list[FactsReport] = []

    def edit(connection: psycopg.Connection) -> None:
        change_policy(connection)
        reports.append(refresh_facts(database, seconds=0.2 if not dry_run else 60))

    apply_edit(database, edit, choices_changed=True, dry_run=dry_run)
    assert [report.is_locked for report in reports] == [not dry_run]


def test_the_engine_ticks_while_an_edit_is_made(own_warehouse: Warehouse) -> None:
    database = own_warehouse.database
    refresh_facts(database)
    ticks: list[TickReport] = []

    def edit(connection: psycopg.Connection) -> None:
        change_policy(connection)
        with connect(database, "tat_engine", autocommit=True) as engine:
            ticks.append(run_tick(engine, read_database_time(engine), origin="sensor"))

    apply_edit(database, edit, choices_changed=True, dry_run=False)
    assert [tick.alerts_recorded > 0 for tick in ticks] == [True]
