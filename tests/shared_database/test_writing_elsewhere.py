"""Writing back to an app on a server of its own, by a login that may do nothing else."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from database.connect import Database, connect_as_superuser
from database.server import EmbeddedServer
from database.settings import Settings
from ingestion.following.source import SourceAwayError
from orchestration.write_back.running import NoWriterError, run_write_back
from orchestration.write_back.targets import ALERTS, LEVELS, find_target, switch_on
from tests.alerts.workflow import Engine, Workflow, january
from tests.database.other_servers import PASSWORD, describe

APP = (
    "create table users (user_id uuid primary key)",
    """
    create table levels (
        "levelId" uuid primary key,
        "tat50AlertSent" boolean not null default false,
        "tatBreached" boolean not null default false
    )
    """,
    """
    create table tat_alerts (
        alert_id text primary key, level_id uuid not null, alert_type text not null,
        alert_sent_at timestamptz not null, metadata jsonb not null, notification_channels text[]
    )
    """,
    "create role writer login",
    "grant select, insert, update on tat_alerts to writer",
    'grant select, update ("tat50AlertSent", "tatBreached") on levels to writer',
)


@pytest.fixture
def server_of_app(own_server: EmbeddedServer) -> EmbeddedServer:
    """A server of the app's own."""
    own_server.ensure_running()
    with connect_as_superuser(own_server.home) as admin:
        for statement in APP:
            admin.execute(statement.encode())
        password = sql.SQL("alter role writer password {}")
        admin.execute(password.format(sql.Literal(PASSWORD)))
    return own_server


@pytest.fixture
def admin(server_of_app: EmbeddedServer) -> Iterator[psycopg.Connection]:
    with connect_as_superuser(server_of_app.home) as connection:
        yield connection


@pytest.fixture
def writer(server_of_app: EmbeddedServer, settings: Settings) -> Settings:
    """Settings that name the writer."""
    login = describe(server_of_app.ensure_running(), "writer", PASSWORD)
    return settings.model_copy(update={"source_write_url": SecretStr(login.url())})


@pytest.fixture
def level(workflow: Workflow, admin: psycopg.Connection) -> object:
    """A level that both have."""
    level_id = workflow.add_level()
    admin.execute('insert into levels ("levelId") values (%s)', (level_id,))
    return level_id


def choose_tables(writer: Settings, owner: psycopg.Connection) -> None:
    assert writer.source_write_url is not None
    with psycopg.connect(writer.source_write_url.get_secret_value(), autocommit=True) as source:
        targets = [
            find_target(source, ALERTS, "public", "tat_alerts"),
            find_target(source, LEVELS, "public", "levels"),
        ]
    switch_on(owner, targets, with_past=False)


def read(admin: psycopg.Connection) -> tuple[list[Any], list[Any]]:
    alerts = admin.execute("select alert_type from tat_alerts order by alert_sent_at").fetchall()
    flags = admin.execute('select "tat50AlertSent", "tatBreached" from levels').fetchall()
    return [alert_type for (alert_type,) in alerts], flags


def test_a_writer_with_little_rights_is_enough(
    database: Database,
    connection: psycopg.Connection,
    engine: Engine,
    writer: Settings,
    level: object,
    admin: psycopg.Connection,
) -> None:
    choose_tables(writer, connection)
    engine.tick(january(6, 14))
    report = run_write_back(database, writer, seconds=10)
    assert report is not None
    assert (report.alerts, report.levels, report.refused) == (1, 1, 0)
    assert read(admin) == (["TAT_50"], [(True, False)])
    stored = admin.execute("select metadata ->> 'priority', notification_channels from tat_alerts")
    assert stored.fetchall() == [("STANDARD", [])]


def test_a_server_that_was_away_is_caught_up_with(
    database: Database,
    connection: psycopg.Connection,
    engine: Engine,
    writer: Settings,
    level: object,
    server_of_app: EmbeddedServer,
) -> None:
    choose_tables(writer, connection)
    engine.tick(january(6, 14))
    server_of_app.stop()
    with pytest.raises(SourceAwayError):
        run_write_back(database, writer, seconds=10)
    engine.tick(january(8, 9))
    address = server_of_app.ensure_running()
    login = describe(address, "writer", PASSWORD)
    back = writer.model_copy(update={"source_write_url": SecretStr(login.url())})
    run_write_back(database, back, seconds=10)
    with connect_as_superuser(server_of_app.home) as admin:
        alerts, flags = read(admin)
    assert sorted(alerts) == ["TAT_100", "TAT_50", "TAT_75"]
    assert flags == [(True, True)]


def test_without_a_writer_what_waits_waits_on(
    database: Database,
    connection: psycopg.Connection,
    engine: Engine,
    writer: Settings,
    settings: Settings,
    level: object,
) -> None:
    assert run_write_back(database, settings, seconds=10) is None
    choose_tables(writer, connection)
    engine.tick(january(6, 14))
    with pytest.raises(NoWriterError, match="TAT_SOURCE_WRITE_URL is not set"):
        run_write_back(database, settings, seconds=10)
    assert connection.execute("select count(*) from tat.unwritten").fetchone() == (2,)


def test_a_login_that_may_not_write_is_told_what_it_lacks(
    writer: Settings, connection: psycopg.Connection, admin: psycopg.Connection
) -> None:
    admin.execute("revoke insert on tat_alerts from writer")
    with pytest.raises(ValueError, match=r"grant insert on public\.tat_alerts to writer"):
        choose_tables(writer, connection)
    admin.execute("drop table tat_alerts")
    admin.execute("create table tat_alerts (alert_id integer primary key, level_id integer)")
    with pytest.raises(ValueError, match=r"alert_id of public\.tat_alerts is integer"):
        choose_tables(writer, connection)
