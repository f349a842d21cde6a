"""A database at the current schema, whoever brings it there and how often."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from database.connect import (
    Database,
    connect,
    connect_as_superuser,
    open_database,
    prepare_database,
)
from database.migrate import begin_upgrade, migrate_database, upgrade_tables
from database.settings import Settings

LATEST = max(
    file.stem[:4]
    for file in (Path(__file__).parents[2] / "database/migrations/versions").glob("[0-9]*.py")
)


def read_state(database: Database) -> tuple[object, ...]:
    """What migrating decides: version, policies, windows, calendars, pending changes."""
    with connect(database, "tat_owner") as connection:
        row = connection.execute(
            "select (select version_num from tat.schema_version),"
            " (select count(*) from tat.policy_threshold),"
            " (select count(*) from tat.work_interval),"
            " (select min(span_starts_on) from tat.calendar),"
            " (select count(*) from tat.level_change)"
        ).fetchone()
    assert row is not None
    return row


def test_a_second_run_changes_nothing(database: Database, settings: Settings) -> None:
    before = read_state(database)
    assert before[0] == LATEST
    migrate_database(database, settings=settings)
    assert read_state(database) == before


def test_a_new_database_can_read_its_clocks(connection: psycopg.Connection) -> None:
    rows = connection.execute(
        "select tat.work_clock(calendar_id, now()) is not null,"
        " tat.work_clock(calendar_id, now() + interval '18 months') is not null from tat.calendar"
    ).fetchall()
    assert rows == [(True, True), (True, True)]
    assert connection.execute("select count(*) from tat.level_status").fetchone() == (0,)


def test_two_runs_at_once_both_end_well(settings: Settings) -> None:
    name = f"test_{uuid4().hex[:12]}"
    database = open_database(settings, name)
    try:
        with ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(migrate_database, database, settings=settings) for _ in range(2)]
            for run in runs:
                run.result()
        assert read_state(database)[:2] == (LATEST, 6)
    finally:
        with connect_as_superuser(settings.home) as admin:
            admin.execute(f"drop database {name} with (force)".encode())


def test_another_zone_is_warned_of_not_applied(
    database: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = settings.model_copy(update={"timezone": "Europe/Amsterdam"})
    with caplog.at_level(logging.WARNING):
        migrate_database(database, settings=elsewhere)
    assert "seeds a new database only" in caplog.text
    with connect(database, "tat_owner") as connection:
        assert connection.execute("select tat.time_zone()").fetchone() == ("Asia/Kolkata",)


def test_test_mode_makes_an_hour_a_minute_around_the_clock(settings: Settings) -> None:
    name = f"test_{uuid4().hex[:12]}"
    database = open_database(settings, name)
    try:
        hurried = settings.model_copy(update={"test_mode": True})
        migrate_database(database, settings=hurried)
        with connect(database, "tat_owner") as connection:
            rows = connection.execute(
                "select seconds_per_tat_hour, is_always_open"
                " from tat.policy inner join tat.calendar using (calendar_id)"
            ).fetchall()
        assert rows == [(60, True), (60, True)]
    finally:
        with connect_as_superuser(settings.home) as admin:
            admin.execute(f"drop database {name} with (force)".encode())


def test_former_functions_go_before_those_that_they_call(connection: psycopg.Connection) -> None:
    connection.execute(
        "create function tat.open_pause(uuid) returns timestamptz language sql"
        " return null::timestamptz"
    )
    connection.execute(
        "create function tat.level_cycles(uuid[], timestamptz[], uuid[]) returns timestamptz"
        " language sql return tat.open_pause(null)"
    )
    folder = Path(__file__).resolve().parents[2] / "database" / "sql" / "80_dropped"
    connection.execute((folder / "former_functions.sql").read_bytes())
    left = connection.execute(
        "select to_regprocedure('tat.open_pause(uuid)'),"
        " to_regprocedure('tat.level_cycles(uuid[], timestamptz[], uuid[])')"
    ).fetchone()
    assert left == (None, None)


def test_tables_change_under_the_functions_of_an_earlier_version(settings: Settings) -> None:
    name = f"test_{uuid4().hex[:12]}"
    database = open_database(settings, name)
    try:
        prepare_database(database)
        with begin_upgrade(database) as transaction:
            upgrade_tables(transaction, "0019")
        with connect(database, "tat_owner") as connection:
            connection.execute(
                "create function tat.record_alerts(tat.level_clock[], bigint[], timestamptz)"
                " returns bigint language sql"
                " begin atomic; select count(outbox.channels) from tat.outbox; end"
            )
        migrate_database(database, settings=settings)
        assert read_state(database)[:2] == (LATEST, 6)
    finally:
        with connect_as_superuser(settings.home) as admin:
            admin.execute(f"drop database {name} with (force)".encode())
