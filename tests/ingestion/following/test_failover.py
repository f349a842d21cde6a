"""A source that is killed, and the replica that takes its place."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from database.connect import Database, connect_as_superuser, open_database
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


@pytest.mark.slow
def test_a_replica_is_followed_while_its_primary_works_and_after_it_was_promoted(
    own_server: EmbeddedServer, warehouse: psycopg.Connection, tmp_path: Path
) -> None:
    url = make_tables(migrate_own(own_server))
    with open_app(own_server, url) as primary:
        primary.insert({"users": [build_user(f"user {number}") for number in range(20)]})
        home = copy_base(own_server, tmp_path / "standby")
        with borrow_server(home) as standby, open_app(standby, url) as replica:
            follower = Follower(warehouse, replica)
            assert follower.follow().loaded.rows_loaded == 20
            with psycopg.connect(primary.database.conninfo()) as late:
                late.execute(CHANGE, ("Late", key_of("user 1")))
                primary.run(CHANGE, "Early", key_of("user 2"))
                wait_for_replay(primary, replica)
                assert follower.follow().loaded.rows_loaded == 1
                late.commit()
            wait_for_replay(primary, replica)
            follower.follow()
            assert follower.list_differences() == {}
            with connect_as_superuser(standby.home) as admin:
                admin.execute("select pg_promote()")
            replica.run(CHANGE, "Promoted", key_of("user 3"))
            follower.follow()
            assert follower.list_differences() == {}


def copy_base(server: EmbeddedServer, home: Path) -> Path:
    """Make the home of a hot standby of a running server."""
    shutil.copytree(server.home, home, ignore=shutil.ignore_patterns("data", "postmaster*"))
    address = server.ensure_running()
    conninfo = make_conninfo(
        host=address.host, port=address.port, user=address.superuser, sslmode="disable"
    )
    subprocess.run(
        [
            server.binaries.program("pg_basebackup"),
            f"--pgdata={home / 'postgres' / 'data'}",
            f"--dbname={conninfo}",
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync",
        ],
        check=True,
        env=os.environ | {"PGPASSWORD": address.password},
    )
    return home


def wait_for_replay(primary: App, replica: App) -> None:
    """Wait until the replica has all that the primary has committed."""
    written = primary.connection.execute("select pg_current_wal_flush_lsn()").fetchone()
    deadline = time.monotonic() + 30
    query = "select pg_last_wal_replay_lsn() >= %s"
    while replica.connection.execute(query, written).fetchone() != (True,):
        assert time.monotonic() < deadline
        time.sleep(0.05)
