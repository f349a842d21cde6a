"""Alerts and flags in the app's own tables: each once, also after the app was away."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors, sql

from database.connect import Database, connect
from orchestration.write_back.targets import (
    ALERTS,
    LEVELS,
    Target,
    count_unwritten,
    find_target,
    switch_off,
    switch_on,
)
from orchestration.write_back.writing import write_back
from tests.alerts.workflow import Engine, Workflow, january
from tests.shared_database.app import SCHEMA, App

ALERT_TABLE = """
    create table app.tat_alerts (
        alert_id uuid primary key,
        request_id uuid not null,
        level_id uuid not null references app.approval_levels,
        approver_id uuid,
        alert_type app.alert_type not null,
        threshold_percentage integer not null,
        alert_sent_at timestamp without time zone not null,
        alert_message varchar(500) not null,
        notification_sent boolean,
        notification_channels text[],
        is_breached boolean,
        was_completed_on_time boolean,
        metadata json,
        seen_at timestamptz
    )
"""


@pytest.fixture
def level(app: App, workflow: Workflow, login: psycopg.Connection) -> UUID:
    """A level that the app and the warehouse both have, in progress since Monday 14:00."""
    app.connection.execute("create type app.alert_type as enum ('TAT_50', 'TAT_75', 'TAT_100')")
    app.connection.execute(ALERT_TABLE)
    return add_level(login, workflow)


def add_level(login: psycopg.Connection, workflow: Workflow) -> UUID:
    level_id = workflow.add_level()
    for table in ("users", "workflow_requests", "approval_levels"):
        copy = sql.SQL("insert into {} select * from {} on conflict do nothing")
        login.execute(copy.format(sql.Identifier(SCHEMA, table), sql.Identifier("workflow", table)))
    return level_id


def choose_targets(source: psycopg.Connection) -> list[Target]:
    return [
        find_target(source, ALERTS, SCHEMA, "tat_alerts"),
        find_target(source, LEVELS, SCHEMA, "approval_levels"),
    ]


@pytest.fixture
def switched_on(level: UUID, login: psycopg.Connection, connection: psycopg.Connection) -> UUID:
    switch_on(connection, choose_targets(login), with_past=False)
    return level


def read_alerts(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select alert_type::text, was_completed_on_time from app.tat_alerts"
        " order by tat_alerts.alert_type"
    ).fetchall()


def read_flags(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select tat50_alert_sent, tat75_alert_sent, tat_breached from app.approval_levels"
    ).fetchall()


def test_alerts_and_flags_come_to_the_apps_tables(
    engine: Engine, login: psycopg.Connection, switched_on: UUID
) -> None:
    engine.tick(january(6, 17, 1))
    report = write_back(engine.connection, login)
    assert (report.alerts, report.levels, report.refused, report.is_finished) == (2, 1, 0, True)
    assert read_alerts(login) == [("TAT_50", None), ("TAT_75", None)]
    assert read_flags(login) == [(True, True, False)]
    (theirs,) = login.execute(
        "select alert_sent_at, threshold_percentage, metadata ->> 'priority' from app.tat_alerts"
        " where alert_type = 'TAT_50'"
    ).fetchall()
    (ours,) = login.execute(
        "select alert_sent_at at time zone 'UTC', 50, 'STANDARD' from tat.tat_alerts"
        " where alert_type = 'TAT_50'"
    ).fetchall()
    assert theirs == ours
    assert write_back(engine.connection, login).alerts == 0


def test_what_becomes_of_an_alert_is_written_too(
    engine: Engine, workflow: Workflow, login: psycopg.Connection, switched_on: UUID
) -> None:
    engine.tick(january(6, 14))
    write_back(engine.connection, login)
    login.execute("update app.tat_alerts set seen_at = now()")
    workflow.decide(switched_on, january(6, 15))
    engine.tick(january(6, 16))
    write_back(engine.connection, login)
    assert read_alerts(login) == [("TAT_50", True)]
    # A column of the app's own stays.
    assert login.execute("select seen_at is null from app.tat_alerts").fetchall() == [(False,)]


def test_a_reopened_level_loses_its_flags_there(
    engine: Engine, workflow: Workflow, login: psycopg.Connection, switched_on: UUID
) -> None:
    engine.tick(january(6, 14))
    workflow.decide(switched_on, january(6, 15), "REJECTED")
    engine.tick(january(6, 16))
    write_back(engine.connection, login)
    assert read_flags(login) == [(True, False, False)]
    workflow.change_level(
        switched_on,
        status="IN_PROGRESS",
        level_end_time=None,
        action_date=None,
        level_start_time=january(7, 10),
        tat_start_time=january(7, 10),
        updated_at=january(7, 10),
    )
    engine.tick(january(7, 11))
    write_back(engine.connection, login)
    assert read_flags(login) == [(False, False, False)]


def test_a_writer_that_dies_after_the_source_has_it_writes_nothing_twice(
    engine: Engine, login: psycopg.Connection, switched_on: UUID
) -> None:
    engine.tick(january(6, 17, 1))
    with engine.connection.transaction(force_rollback=True):
        assert write_back(engine.connection, login).alerts == 2
    assert len(read_alerts(login)) == 2
    assert write_back(engine.connection, login).alerts == 2
    assert len(read_alerts(login)) == 2
    assert count_unwritten(engine.connection)[0]["waiting"] == 0


def test_what_was_recorded_while_the_source_was_away_is_caught_up(
    engine: Engine, login: psycopg.Connection, connection: psycopg.Connection, switched_on: UUID
) -> None:
    login.execute("alter table app.tat_alerts rename to elsewhere")
    engine.tick(january(6, 17, 1))
    with pytest.raises(errors.UndefinedTable):
        write_back(engine.connection, login)
    engine.tick(january(8, 9))
    login.execute("alter table app.elsewhere rename to tat_alerts")
    write_back(engine.connection, login)
    assert [alert_type for alert_type, _ in read_alerts(login)] == ["TAT_50", "TAT_75", "TAT_100"]
    assert read_flags(login) == [(True, True, True)]


def test_a_row_that_the_source_refuses_keeps_back_no_other(
    engine: Engine, workflow: Workflow, login: psycopg.Connection, switched_on: UUID
) -> None:
    levels = [add_level(login, workflow) for _ in range(7)]
    login.execute("delete from app.approval_levels where level_id = %s", (levels[3],))
    login.execute("delete from app.approval_levels where level_id = %s", (levels[4],))
    # Of this one it is known that it is gone.
    login.execute("insert into tat.gone_row values ('approval_levels', %s)", (levels[4],))
    engine.tick(january(6, 14))
    report = write_back(engine.connection, login)
    assert (report.alerts, report.refused, report.is_finished) == (6, 1, True)
    alerts, flags = count_unwritten(engine.connection)
    assert (alerts["waiting"], alerts["refused"], flags["waiting"]) == (1, 1, 0)
    assert "foreign key" in alerts["last_error"]
    assert write_back(engine.connection, login).refused == 0


def test_two_writers_at_once_do_not_write_the_same(
    database: Database, engine: Engine, login: psycopg.Connection, switched_on: UUID
) -> None:
    engine.tick(january(6, 14))
    with (
        connect(database, "tat_engine", autocommit=True) as other,
        other.transaction(force_rollback=True),
    ):
        write_back(other, login)
        assert write_back(engine.connection, login).is_busy
    assert write_back(engine.connection, login).alerts == 1


def test_a_rehearsal_leaves_nothing_to_write(
    engine: Engine, login: psycopg.Connection, switched_on: UUID
) -> None:
    with engine.connection.transaction(force_rollback=True):
        engine.tick(january(6, 17, 1))
    assert write_back(engine.connection, login).alerts == 0
    assert read_alerts(login) == []


def test_nothing_is_queued_before_it_is_switched_on_nor_after(
    engine: Engine, login: psycopg.Connection, connection: psycopg.Connection, level: UUID
) -> None:
    engine.tick(january(6, 14))
    unwritten = "select count(*) from tat.unwritten"
    assert connection.execute(unwritten).fetchone() == (0,)
    switch_on(connection, choose_targets(login), with_past=True)
    assert connection.execute(unwritten).fetchone() == (2,)
    write_back(engine.connection, login)
    assert len(read_alerts(login)) == 1
    assert switch_off(connection) == ["app.tat_alerts", "app.approval_levels"]
    engine.tick(january(6, 17, 1))
    assert connection.execute(unwritten).fetchone() == (0,)


def test_a_table_that_can_not_be_written_is_refused_with_what_helps(
    app: App, login: psycopg.Connection, level: UUID, admin: psycopg.Connection
) -> None:
    with pytest.raises(ValueError, match=r"The source has no table app\.alerts"):
        find_target(login, ALERTS, SCHEMA, "alerts")
    with pytest.raises(ValueError, match="lacks the columns level_id"):
        find_target(login, LEVELS, SCHEMA, "users")
    app.connection.execute("alter table app.tat_alerts add tenant text not null")
    with pytest.raises(ValueError, match="wants a value for tenant"):
        find_target(login, ALERTS, SCHEMA, "tat_alerts")
    app.connection.execute("alter table app.tat_alerts alter tenant set default 'one'")
    app.connection.execute("alter table app.tat_alerts drop constraint tat_alerts_pkey")
    with pytest.raises(ValueError, match="could be written twice"):
        find_target(login, ALERTS, SCHEMA, "tat_alerts")
    admin.execute("alter table app.approval_levels owner to postgres")
    with pytest.raises(ValueError, match=r"grant select on app\.approval_levels to turnaround"):
        find_target(login, LEVELS, SCHEMA, "approval_levels")
