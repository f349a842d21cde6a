"""Turnaround beside the app in one database: what the app writes is followed by its triggers."""

import time
from collections.abc import Callable
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest

from database.connect import Database, DatabaseError, connect
from database.settings import Settings
from ingestion.following import capturing
from ingestion.following.adopting import (
    Adoption,
    adopt_schema,
    list_captures,
    release_schema,
)
from ingestion.following.rounds import FollowReport
from ingestion.following.tables import read_contract_tables
from orchestration.sourcing import NoSourceError, follow
from tests.alerts.workflow import Engine, january
from tests.shared_database.app import SCHEMA, App, read_fingerprint

CAPTURES = list_captures(Adoption(SCHEMA, False), read_contract_tables(SCHEMA))
Follow = Callable[[], FollowReport]


@pytest.fixture
def adopted(login: psycopg.Connection, connection: psycopg.Connection) -> None:
    adopt_schema(login, connection, CAPTURES, SCHEMA)


@pytest.fixture
def follow_app(database: Database, settings: Settings) -> Follow:
    """Follow the app's tables once."""

    def follow_once() -> FollowReport:
        report = follow(database, settings, seconds=60)
        assert report.is_through
        assert report.faults == {}
        return report

    return follow_once


def read_keys(connection: psycopg.Connection, table: str, key: str) -> set[UUID]:
    rows: list[tuple[Any, ...]] = connection.execute(
        f"select {key} from workflow.{table}".encode()  # noqa: S608
    ).fetchall()
    return {row[0] for row in rows}


def test_what_was_there_is_loaded_and_what_changes_follows(
    app: App, adopted: None, follow_app: Follow, connection: psycopg.Connection
) -> None:
    before = app.add_user()
    follow_app()
    assert read_keys(connection, "users", "user_id") == {before}
    after = app.add_user()
    request = app.add_request(after)
    level = app.add_level(request, before)
    report = follow_app()
    assert report.loaded.rows_loaded == 3
    assert read_keys(connection, "users", "user_id") == {before, after}
    assert read_keys(connection, "approval_levels", "level_id") == {level}
    assert connection.execute("select count(*) from tat.source_change").fetchone() == (0,)


def test_an_alert_comes_of_a_level_that_the_app_began(
    app: App, adopted: None, follow_app: Follow, engine: Engine, connection: psycopg.Connection
) -> None:
    follow_app()
    user = app.add_user()
    app.add_level(app.add_request(user), user)
    follow_app()
    assert engine.tick(january(6, 14)).alerts_recorded == 1


def test_changes_without_a_date_follow(
    app: App, adopted: None, follow_app: Follow, connection: psycopg.Connection
) -> None:
    user = app.add_user()
    follow_app()
    app.connection.execute("update app.users set department = 'Stores'")
    assert follow_app().loaded.rows_loaded == 1
    assert connection.execute("select user_id, department from workflow.users").fetchall() == [
        (user, "Stores")
    ]


def test_a_table_without_a_date_of_change_is_followed(
    app: App, adopted: None, follow_app: Follow, connection: psycopg.Connection
) -> None:
    app.connection.execute("alter table app.users drop column updated_at")
    user = app.insert("users", "user_id", {"email": "ada@example.com", "display_name": "Ada"})
    follow_app()
    app.connection.execute("update app.users set department = 'Stores'")
    assert follow_app().loaded.rows_loaded == 1
    assert read_keys(connection, "users", "user_id") == {user}


def test_deleted_rows_are_marked_as_gone(
    app: App, adopted: None, follow_app: Follow, connection: psycopg.Connection
) -> None:
    user = app.add_user()
    request = app.add_request(user)
    app.add_level(request, user)
    follow_app()
    app.connection.execute("delete from app.workflow_requests")
    assert follow_app().loaded.rows_gone == 2
    assert connection.execute(
        "select workflow_requests.is_deleted, approval_levels.status"
        " from workflow.workflow_requests inner join workflow.approval_levels using (request_id)"
    ).fetchall() == [(True, "SKIPPED")]


def test_a_truncated_table_is_compared(
    app: App, adopted: None, follow_app: Follow, connection: psycopg.Connection
) -> None:
    user = app.add_user()
    follow_app()
    app.connection.execute("truncate app.users cascade")
    after = app.add_user()
    follow_app()
    rows = connection.execute("select user_id, is_active from workflow.users").fetchall()
    assert set(rows) == {(user, False), (after, True)}
    assert connection.execute("select count(*) from tat.source_change").fetchone() == (0,)


def test_a_change_that_missed_the_queue_is_found(
    app: App, adopted: None, follow_app: Follow, connection: psycopg.Connection
) -> None:
    follow_app()
    with connection.transaction():
        connection.execute("lock table tat.source_change in access exclusive mode")
        user = app.add_user()
    follow_app()
    assert read_keys(connection, "users", "user_id") == {user}
    assert connection.execute("select count(*) from tat.source_miss").fetchone() == (0,)


def test_a_table_that_lost_its_triggers_is_compared(
    app: App, adopted: None, follow_app: Follow, connection: psycopg.Connection
) -> None:
    follow_app()
    app.connection.execute("drop trigger tat_users_insert on app.users")
    user = app.add_user()
    app.connection.execute("select pg_stat_force_next_flush()")
    follow_app()
    assert read_keys(connection, "users", "user_id") == {user}


def test_a_transaction_that_commits_late_is_not_missed(
    app: App, adopted: None, follow_app: Follow, connection: psycopg.Connection
) -> None:
    follow_app()
    with app.connection.transaction():
        late = app.add_user()
        app.connection.execute("update app.users set updated_at = '2020-01-01'")
        assert follow_app().loaded.rows_loaded == 0
    follow_app()
    assert read_keys(connection, "users", "user_id") == {late}


def test_release_ends_it_and_leaves_the_apps_tables_as_they_were(
    app: App,
    login: psycopg.Connection,
    connection: psycopg.Connection,
    database: Database,
    settings: Settings,
    follow_app: Follow,
) -> None:
    before = read_fingerprint(login)
    adopt_schema(login, connection, CAPTURES, SCHEMA)
    user = app.add_user()
    follow_app()
    assert len(release_schema(login, connection)) == len(CAPTURES)
    assert read_fingerprint(login) == before
    with pytest.raises(NoSourceError):
        follow(database, settings, seconds=60)
    assert read_keys(connection, "users", "user_id") == {user}


def test_a_schema_of_our_own_or_without_the_apps_tables_is_refused(
    login: psycopg.Connection, connection: psycopg.Connection
) -> None:
    for schema, reason in (
        ("workflow", "a schema of Turnaround's own"),
        ("nowhere", "lacks approval_levels, users, workflow_requests"),
    ):
        captures = list_captures(Adoption(schema, False), read_contract_tables(schema))
        with pytest.raises(DatabaseError, match=reason):
            adopt_schema(login, connection, captures, schema)


def test_a_table_that_is_being_written_is_waited_for(
    app: App, login: psycopg.Connection, connection: psycopg.Connection
) -> None:
    def end_soon(transaction: psycopg.Connection) -> None:
        time.sleep(0.5)
        transaction.commit()

    app.connection.autocommit = False
    app.add_user()
    ending = Thread(target=end_soon, args=[app.connection])
    ending.start()
    assert len(adopt_schema(login, connection, CAPTURES, SCHEMA)) == len(CAPTURES)
    ending.join()


def test_a_table_that_is_written_all_the_time_leaves_no_trigger_on_the_others(
    app: App,
    login: psycopg.Connection,
    connection: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(capturing, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(capturing, "ATTEMPTS", 1)
    with app.connection.transaction():
        app.connection.execute("delete from app.documents")
        with pytest.raises(DatabaseError, match=r'has kept "app"\."documents" busy'):
            adopt_schema(login, connection, CAPTURES, SCHEMA)
    assert capturing.list_triggers(login) == []


def test_two_followers_load_every_row_once(
    app: App, adopted: None, follow_app: Follow, database: Database
) -> None:
    follow_app()
    app.add_user()
    with connect(database, "tat_ingest", autocommit=True) as other:
        other.execute("select pg_advisory_lock(7280, 4)")
        with pytest.raises(Exception, match="Another process follows"):
            follow_app()
    assert follow_app().loaded.rows_loaded == 1
