"""A source that is killed, and the replica that takes its place."""

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from database.connect import Database, open_database
from database.migrate import migrate_database
from database.server import EmbeddedServer
from database.server.postmaster import find_postmaster
from ingestion.following import cursor
from ingestion.following.follow import compare_source
from ingestion.following.source import SourceAwayError
from tests.conftest import borrow_server
from tests.ingestion.bundles import build_user, key_of
from tests.ingestion.following.app import App, Follower, make_tables
from tests.templates import make_settings

PEOPLE = 2000
CHANGE = "update app.users set department = %s, updated_at = now() where user_id = %s"


def migrate_own(server: EmbeddedServer) -> Database:
    """A migrated database on a server of its own."""
    settings = make_settings(server.home)
    database = open_database(settings, "app")
    migrate_database(database, settings=settings)
    return database


@contextmanager
def open_app(server: EmbeddedServer, url: str) -> Iterator[App]:
    """The app on a server, which listens elsewhere after each start."""
    address = server.ensure_running()
    database = open_database(make_settings(server.home), "app", create=False)
    moved = make_conninfo(url, port=address.port, sslmode="disable")
    with psycopg.connect(database.conninfo(), autocommit=True) as connection:
        yield App(connection, database, moved)


def kill_server(server: EmbeddedServer) -> None:
    """Kill a server as a power failure would."""
    postmaster = find_postmaster(server.files)
    assert postmaster is not None
    os.kill(postmaster.pid, signal.SIGKILL)


def follow_until_lost(follower: Follower) -> None:
    """Follow until the source is away."""
    while True:
        follower.follow()


@pytest.mark.slow
def test_a_killed_source_is_followed_again_and_so_is_the_replica_that_replaces_it(
    own_server: EmbeddedServer,
    warehouse: psycopg.Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The replica lacks the primary's last transactions, and has one from after the failover."""
    monkeypatch.setattr(cursor, "CHUNK_ROWS", 50)
    url = make_tables(migrate_own(own_server))
    with open_app(own_server, url) as app:
        app.insert({"users": [build_user(f"user {number}") for number in range(PEOPLE)]})
        killer = threading.Timer(0.3, kill_server, [own_server])
        killer.start()
        with pytest.raises(SourceAwayError):
            follow_until_lost(Follower(warehouse, app))
        killer.join()
    with open_app(own_server, url) as app:
        follower = Follower(warehouse, app)
        assert follower.follow().is_through
        assert follower.list_differences() == {}
        assert follower.read("select sum(rows_inserted) from tat.load_result") == PEOPLE
    own_server.stop()
    replica = Path(shutil.copytree(own_server.home, tmp_path / "replica"))
    with open_app(own_server, url) as app:
        app.run(CHANGE, "Lost with the primary", key_of("user 2"))
        app.insert({"users": [build_user("lost", updated_at=datetime.now(UTC))]})
        assert Follower(warehouse, app).follow().loaded.rows_loaded == 2
    kill_server(own_server)
    with borrow_server(replica) as promoted, open_app(promoted, url) as app:
        app.run(CHANGE, "Written after", key_of("user 3"))
        follower = Follower(warehouse, app)
        assert follower.follow().loaded.rows_loaded == 1
        due = "select count(*) from tat.source_table where compared_at is null"
        assert follower.read(due) > 0
        compare_source(warehouse, app.url, app.tables, seconds=60)
        there, here = follower.list_differences()["users"]
        assert there == []
        assert [(row["display_name"], row["is_active"]) for row in here] == [("Lost", False)]
