"""What is stored and what changed since make together what counting everything anew would make."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest

from database.connect import Database, connect, connect_as_superuser
from orchestration.warehouse.facts import refresh_facts
from tests.dbt.corrections import (
    OF_ALL,
    OF_ROWS,
    ON_ANOTHER_CALENDAR,
    add_to_all,
    correct,
    correct_apart,
)
from tests.dbt.warehouse import Query, Warehouse, ask_at, find_waiting, read_views

MONDAY = "2026-03-16 12:00+05:30"


def read_as_analyst(warehouse: Warehouse) -> dict[str, list[str]]:
    """The views as they answer now."""
    with connect(warehouse.database, "tat_bi") as connection:
        return read_views(connection, MONDAY)


def count_anew(warehouse: Warehouse) -> dict[str, list[str]]:
    """The views when nothing that is stored is used: every request counts as changed."""
    home = warehouse.database.home
    assert home is not None
    with connect_as_superuser(home, warehouse.database.name) as connection:
        connection.autocommit = False
        connection.execute(
            "insert into tat.request_change (request_id)"
            " select request_id from workflow.workflow_requests"
            " union select request_id from intermediate.int_requests_stored"
        )
        connection.execute("set role tat_dbt")
        answers = read_views(connection, MONDAY)
        connection.rollback()
    return answers


def count_changes(database: Database) -> int:
    """How many changes wait to be stored."""
    with connect(database, "tat_engine") as connection:
        row = connection.execute("select count(*) from tat.request_change").fetchone()
    assert row is not None
    return int(row[0])


def check_as_counted_anew(warehouse: Warehouse, batch_size: int) -> None:
    """Compare the views with counting anew, before what changed is stored and after."""
    expected = count_anew(warehouse)
    assert count_changes(warehouse.database) > 0
    assert read_as_analyst(warehouse) == expected
    report = refresh_facts(warehouse.database, batch_size=batch_size)
    assert report.requests_stored > 0
    assert count_changes(warehouse.database) == 0
    assert read_as_analyst(warehouse) == expected


# As many as leave each kind of correction a request of its own in one of the histories.
SEEDS = 5


@pytest.mark.parametrize("seed", range(SEEDS))
def test_stored_and_changed_rows_equal_counting_anew(own_warehouse: Warehouse, seed: int) -> None:
    draw = random.Random(seed)
    add_to_all(own_warehouse, draw)
    refresh_facts(own_warehouse.database)
    before = read_as_analyst(own_warehouse)
    correct_apart(own_warehouse, draw, OF_ROWS[seed::SEEDS])
    check_as_counted_anew(own_warehouse, batch_size=5_000)
    correct(own_warehouse, draw, 25, OF_ALL)
    check_as_counted_anew(own_warehouse, batch_size=20)
    assert read_as_analyst(own_warehouse) != before


def test_facts_made_anew_equal_facts_kept_up(own_warehouse: Warehouse) -> None:
    correct(own_warehouse, random.Random(99), 29)
    refresh_facts(own_warehouse.database)
    kept_up = read_as_analyst(own_warehouse)
    correct(own_warehouse, random.Random(100), 5)
    changed = read_as_analyst(own_warehouse)
    own_warehouse.run_dbt("run", "--full-refresh")
    assert count_changes(own_warehouse.database) == 0
    assert read_as_analyst(own_warehouse) == changed != kept_up
    own_warehouse.run_dbt("test", "--select", "tag:recount")
    with connect(own_warehouse.database, "tat_dbt") as connection:
        tested = connection.execute("select from tat.stored_fact where is_tested").fetchall()
        retired = connection.execute(
            "select relname from pg_class where relname ~ '__renamed_'"
        ).fetchall()
    assert tested == retired == []


def test_a_refresh_that_is_broken_off_changes_nothing(own_warehouse: Warehouse) -> None:
    correct(own_warehouse, random.Random(7), 20)
    waiting = count_changes(own_warehouse.database)
    expected = read_as_analyst(own_warehouse)
    with connect(own_warehouse.database, "tat_dbt") as connection:
        connection.execute("select * from tat.refresh_stored_facts(10)")
        connection.rollback()
    assert count_changes(own_warehouse.database) == waiting
    assert read_as_analyst(own_warehouse) == expected


HOLD_TOTALS: Query = "lock table intermediate.int_initiator_totals_stored in share mode"


def test_a_refresh_whose_database_goes_away_halfway_changes_nothing(
    own_warehouse: Warehouse,
) -> None:
    database = own_warehouse.database
    assert database.home is not None
    correct(own_warehouse, random.Random(8), 20)
    waiting = count_changes(database)
    expected = read_as_analyst(own_warehouse)
    with (
        connect(database, "tat_dbt") as holder,
        connect_as_superuser(database.home, database.name) as admin,
        ThreadPoolExecutor(1) as pool,
    ):
        # The facts of levels and requests are replaced by then, their totals are not.
        holder.execute(HOLD_TOTALS)
        refresh = pool.submit(refresh_facts, database)
        refresher, _ = find_waiting(admin, "%refresh_stored_facts%")
        admin.execute("select pg_terminate_backend(%s)", [refresher])
        with pytest.raises(psycopg.OperationalError):
            refresh.result(timeout=30)
    assert count_changes(database) == waiting
    assert read_as_analyst(own_warehouse) == expected
    assert refresh_facts(database).requests_stored > 0
    assert read_as_analyst(own_warehouse) == count_anew(own_warehouse) == expected


RULES: dict[str, Query] = {
    "a holiday in the past": (
        "insert into workflow.holidays (holiday_id, holiday_date, holiday_name)"
        " values (gen_random_uuid(), '2026-03-04', 'Declared late')"
    ),
    "a policy on another calendar": ON_ANOTHER_CALENDAR,
    "a TAT hour of another length": (
        "update tat.policy set seconds_per_tat_hour = 1800 where priority = 'STANDARD'"
    ),
    "everything emptied": "truncate workflow.workflow_requests cascade",
    "days in another zone": (
        "update tat.setting set setting_value = 'America/New_York' where setting_name = 'time_zone'"
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_rules_that_change_correct_what_was_stored_by_them(
    own_warehouse: Warehouse, rule: str
) -> None:
    refresh_facts(own_warehouse.database)
    before = read_as_analyst(own_warehouse)
    own_warehouse.change(RULES[rule])
    expected = count_anew(own_warehouse)
    assert expected != before
    assert read_as_analyst(own_warehouse) == expected
    refresh_facts(own_warehouse.database)
    assert read_as_analyst(own_warehouse) == expected


# Five years from now: further than calendars are generated.
FAR: Query = (
    "update workflow.workflow_requests set closure_date = now() + interval '5 years',"
    " updated_at = now() where request_number = 'R1'"
)
REACH_FAR: Query = "select tat.extend_calendars(current_date, current_date + 2000)"


def test_working_hours_are_known_once_the_calendar_reaches_them(own_warehouse: Warehouse) -> None:
    own_warehouse.change(FAR)
    refresh_facts(own_warehouse.database)
    before = read_as_analyst(own_warehouse)
    own_warehouse.change(REACH_FAR)
    expected = count_anew(own_warehouse)
    assert expected != before
    assert read_as_analyst(own_warehouse) == expected


@contextmanager
def keep_refreshing(database: Database) -> Iterator[list[str]]:
    """Two refreshers at once, until the block ends; the list holds what went wrong."""
    errors: list[str] = []
    stop = threading.Event()

    def refresh() -> None:
        while not stop.is_set():
            try:
                refresh_facts(database, batch_size=2)
            except Exception as error:
                errors.append(repr(error))

    threads = [threading.Thread(target=refresh) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield errors
    finally:
        stop.set()
        for thread in threads:
            thread.join()


# Each says the same of one moment by two roads: totals, and the rows that they add up.
AGREEMENTS: Query = """
    select
        (select sum(total_requests) from vw_department_summary)
        = (select count(*) from vw_request_volume_summary where is_submitted) as requests,
        (select sum(within_tat_count) from vw_approver_performance)
        = (select count(*) from vw_tat_compliance where completed_within_tat) as levels,
        (select sum(work_notes_added) from vw_daily_kpi_metrics)
        = (select sum(work_notes_count) from vw_engagement_metrics) as notes
"""


def test_readers_agree_at_any_moment_while_two_refreshers_race(own_warehouse: Warehouse) -> None:
    draw = random.Random(11)
    with (
        connect(own_warehouse.database, "tat_bi", autocommit=True) as analyst,
        keep_refreshing(own_warehouse.database) as errors,
    ):
        for _ in range(15):
            correct(own_warehouse, draw, 1)
            for _ in range(5):
                (row,) = ask_at(analyst, AGREEMENTS, MONDAY)
                assert set(row.values()) == {True}
    assert errors == []
    refresh_facts(own_warehouse.database)
    assert read_as_analyst(own_warehouse) == count_anew(own_warehouse)
