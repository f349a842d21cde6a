"""PostgreSQL's own replication between two real servers."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from database.connect import Database, DatabaseError, connect_as_superuser
from database.server import EmbeddedServer
from database.settings import Settings
from orchestration.adoption import list_faults
from orchestration.replicating import describe, remove, set_up
from orchestration.sourcing import follow
from tests.database.other_servers import PASSWORD
from tests.database.other_servers import describe as describe_login
from tests.shared_database.app import SCHEMA, App, create_tables

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 30


@pytest.fixture
def publisher(own_server: EmbeddedServer) -> EmbeddedServer:
    """A server of the app's own, which writes its log for replication."""
    own_server.ensure_running()
    with connect_as_superuser(own_server.home) as admin:
        admin.execute("alter system set wal_level = 'logical'")
        login = sql.SQL("create role replicator superuser login password {}")
        admin.execute(login.format(sql.Literal(PASSWORD)))
    own_server.stop()
    own_server.ensure_running()
    return own_server


@pytest.fixture
def app(publisher: EmbeddedServer, database: Database) -> Iterator[App]:
    """The app at work there."""
    with connect_as_superuser(publisher.home) as connection:
        create_tables(connection)
        yield App(connection)


@pytest.fixture
def replicated(
    database: Database, settings: Settings, publisher: EmbeddedServer
) -> Iterator[Settings]:
    """Settings that name the publisher; what was set up is removed in the end."""
    url = describe_login(publisher.ensure_running(), "replicator", PASSWORD).url()
    update = {"source_url": SecretStr(url), "source_schema": SCHEMA}
    chosen = settings.model_copy(update=update)
    yield chosen
    with suppress(Exception):
        remove(database, chosen)


def set_up_quietly(database: Database, settings: Settings) -> list[str]:
    return [capture.name for capture in set_up(database, settings, lambda tables: None)]


def wait_for(connection: psycopg.Connection, query: str, expected: Any) -> None:
    """Wait until changes have arrived: a query gives what is expected."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    found = None
    while time.monotonic() < ends_at:
        found = connection.execute(query.encode()).fetchall()
        if found == expected:
            return
        time.sleep(0.05)
    pytest.fail(f"{found} did not become {expected}")


@pytest.fixture
def follow_copies(database: Database, replicated: Settings) -> Callable[[], int]:
    def follow_once() -> int:
        report = follow(database, replicated, seconds=60)
        assert report.is_through
        assert report.faults == {}
        return report.loaded.rows_loaded + report.loaded.rows_gone

    return follow_once


COPIES = "select count(*) from app.users"


def test_rows_are_copied_and_changes_follow(
    database: Database,
    replicated: Settings,
    app: App,
    login_here: psycopg.Connection,
    follow_copies: Callable[[], int],
) -> None:
    user = app.add_user()
    request = app.add_request(user)
    level = app.add_level(request, user)
    assert len(set_up_quietly(database, replicated)) == 11
    assert follow_copies() == 3
    assert follow_copies() == 0

    app.connection.execute("update app.approval_levels set comments = 'as agreed'")
    wait_for(login_here, "select row_key from tat.source_change", [(str(level),)])
    assert follow_copies() == 1
    comments = "select comments from workflow.approval_levels"
    assert login_here.execute(comments).fetchall() == [("as agreed",)]

    app.connection.execute("delete from app.approval_levels")
    wait_for(login_here, "select row_key from tat.source_change", [(str(level),)])
    assert follow_copies() == 1
    status = "select status from workflow.approval_levels"
    assert login_here.execute(status).fetchall() == [("SKIPPED",)]


def test_a_truncated_table_is_compared(
    database: Database,
    replicated: Settings,
    app: App,
    login_here: psycopg.Connection,
    follow_copies: Callable[[], int],
) -> None:
    user = app.add_user()
    note = {"request_id": app.add_request(user), "user_id": user, "created_at": "now"}
    app.insert("work_notes", "note_id", note)
    set_up_quietly(database, replicated)
    assert follow_copies() == 3
    app.connection.execute("truncate app.work_notes cascade")
    wait_for(login_here, "select count(*) from app.work_notes", [(0,)])
    assert follow_copies() == 1
    assert login_here.execute("select is_deleted from workflow.work_notes").fetchall() == [(True,)]


def test_a_publisher_that_was_away_is_caught_up_with(
    database: Database,
    replicated: Settings,
    app: App,
    publisher: EmbeddedServer,
    login_here: psycopg.Connection,
    follow_copies: Callable[[], int],
) -> None:
    set_up_quietly(database, replicated)
    follow_copies()
    app.add_user()
    app.connection.close()
    publisher.stop()
    publisher.ensure_running()
    with connect_as_superuser(publisher.home) as connection:
        App(connection).add_user()
        wait_for(login_here, COPIES, [(2,)])
    assert follow_copies() == 2


def test_lag_is_shown_and_a_log_without_a_limit_is_told_of(
    database: Database, replicated: Settings, app: App, login_here: psycopg.Connection
) -> None:
    assert describe(database, replicated) is None
    set_up_quietly(database, replicated)
    found = describe(database, replicated)
    assert found is not None
    assert found.faults == ()
    assert "of its log for us" in found.words
    assert "max_slot_wal_keep_size" in found.words
    app.connection.execute("alter system set max_slot_wal_keep_size = '100MB'")
    app.connection.execute("select pg_reload_conf()")
    app.connection.execute("select pg_sleep(0.2)")
    limited = describe(database, replicated)
    assert limited is not None
    assert "max_slot_wal_keep_size" not in limited.words
    assert "more at most" in limited.words
    login_here.execute("alter subscription turnaround disable")
    assert list_faults(database, replicated)[0] == (
        "The subscription is disabled: alter subscription turnaround enable;"
    )
    disabled = describe(database, replicated)
    assert disabled is not None
    assert disabled.faults[0].startswith("The subscription is disabled")


def test_removing_it_leaves_nothing_on_either_side(
    database: Database,
    replicated: Settings,
    app: App,
    login_here: psycopg.Connection,
    follow_copies: Callable[[], int],
) -> None:
    app.add_user()
    set_up_quietly(database, replicated)
    follow_copies()
    assert remove(database, replicated) == []
    left = (
        "select (select count(*) from pg_publication), (select count(*) from pg_replication_slots)"
    )
    assert app.connection.execute(left).fetchall() == [(0, 0)]
    assert login_here.execute("select to_regclass('app.users')").fetchall() == [(None,)]
    assert login_here.execute("select count(*) from workflow.users").fetchall() == [(1,)]
    # From now on the source itself is read.
    app.add_user(updated_at="now")
    assert follow_copies() == 1


def test_a_source_that_is_away_leaves_statements_that_tidy_it_up(
    database: Database, replicated: Settings, app: App, publisher: EmbeddedServer
) -> None:
    set_up_quietly(database, replicated)
    app.connection.close()
    publisher.stop()
    left = remove(database, replicated)
    publisher.ensure_running()
    with connect_as_superuser(publisher.home) as admin:
        for statement in left:
            admin.execute(statement.encode())
        remains = (
            "select slot_name from pg_replication_slots union select pubname from pg_publication"
        )
        assert admin.execute(remains).fetchall() == []
    assert len(left) == 2


def test_a_table_without_a_primary_key_is_not_published(
    database: Database, replicated: Settings, app: App
) -> None:
    app.connection.execute("alter table app.documents drop constraint documents_pkey")
    with pytest.raises(DatabaseError, match="documents of app have no primary key"):
        set_up_quietly(database, replicated)
    assert app.connection.execute("select count(*) from pg_publication").fetchone() == (0,)


def test_a_server_without_logical_replication_is_told_what_to_change(
    database: Database, replicated: Settings, app: App, publisher: EmbeddedServer
) -> None:
    app.connection.execute("alter role replicator nosuperuser")
    with pytest.raises(DatabaseError, match=r"alter role \"replicator\" replication"):
        set_up_quietly(database, replicated)
    app.connection.execute("alter role replicator superuser")
    app.connection.execute("alter system reset wal_level")
    app.connection.close()
    publisher.stop()
    publisher.ensure_running()
    with pytest.raises(DatabaseError, match="alter system set wal_level = 'logical'"):
        set_up_quietly(database, replicated)
