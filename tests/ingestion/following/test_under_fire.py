"""Killed servers, cut networks, rival followers: nothing is lost, and nothing is doubled."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from database.connect import Database, connect, connect_as_superuser
from ingestion.following import cursor
from ingestion.following.lock import FollowerBusyError, hold_follower
from ingestion.following.source import SourceAwayError, SourceSlowError
from tests.digests import CHECKOUT
from tests.distribution import several
from tests.ingestion.bundles import build_user
from tests.ingestion.following.app import App, Follower
from tests.ingestion.following.proxy import Proxy, open_proxy

PEOPLE = 600
# What a whole first load of them sends, about.
ANSWERS = 100_000


@pytest.fixture
def people(app: App) -> None:
    """Users, some thousand bytes of each."""
    app.insert(
        {
            "users": [
                build_user(f"user {number}", designation="x" * 100, updated_at="2026-03-02T09:00Z")
                for number in range(PEOPLE)
            ]
        }
    )


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of fifty rows, so that there are many."""
    monkeypatch.setattr(cursor, "CHUNK_ROWS", 50)


@contextmanager
def lead_through_proxy(follower: Follower) -> Iterator[Proxy]:
    """Let the follower reach its source through a network of ours."""
    app, port = follower.app, follower.app.database.port
    with open_proxy(app.database.host, port) as proxy:
        follower.app = replace(app, url=app.url.replace(f":{port}/", f":{proxy.port}/"))
        yield proxy
        follower.app = app


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("budget", several([0.5, 0.1, 0.3, 0.7, 0.9]))
def test_a_network_that_is_cut_mid_batch_loses_nothing(follower: Follower, budget: float) -> None:
    with lead_through_proxy(follower) as proxy:
        cuts = 0
        while True:
            proxy.budget = budget * ANSWERS
            try:
                report = follower.follow()
            except SourceAwayError:
                cuts += 1
                assert "is away" in follower.read("select failure from tat.source")
            else:
                break
        assert cuts > 0
        assert report.is_through
    assert follower.count("users") == PEOPLE
    assert follower.list_differences() == {}
    assert follower.read("select failure is null from tat.source")
    # What a later try found there already is not counted as loaded again.
    assert follower.read("select sum(rows_inserted) from tat.load_result") == PEOPLE


@pytest.mark.usefixtures("people")
def test_a_network_that_swallows_everything_is_given_up_on(follower: Follower) -> None:
    with lead_through_proxy(follower) as proxy:
        proxy.deaf = True
        proxy.budget = ANSWERS / 3
        started = time.monotonic()
        with pytest.raises(SourceSlowError):
            follower.follow(seconds=4)
        assert time.monotonic() - started < 6
    assert 0 < follower.count("users") < PEOPLE
    assert follower.follow().is_through
    assert follower.list_differences() == {}


@pytest.mark.usefixtures("people")
def test_a_source_that_ends_our_sessions_mid_copy_loses_nothing(
    app: App, follower: Follower
) -> None:
    assert app.database.home is not None
    reader = psycopg.conninfo.conninfo_to_dict(app.url)["user"]
    with connect_as_superuser(app.database.home) as admin:
        ended = 0
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            stop = threading.Event()
            killer = threading.Thread(
                target=end_sessions, args=(admin, reader, random.uniform(0.02, 0.2), stop)
            )
            killer.start()
            try:
                report = follower.follow()
            except SourceAwayError:
                ended += 1
                continue
            finally:
                stop.set()
                killer.join()
            if report.is_through and ended:
                break
            app.run("update app.users set department = 'Moved', updated_at = now()")
    assert ended > 0
    assert follower.list_differences() == {}


def end_sessions(
    admin: psycopg.Connection, reader: str, after: float, stop: threading.Event
) -> None:
    """End the sessions of a login, once."""
    stop.wait(after)
    admin.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", (reader,)
    )


@pytest.mark.usefixtures("people")
def test_two_followers_at_once_load_everything_once(
    app: App, follower: Follower, database: Database
) -> None:
    outcomes: list[object] = []

    def follow() -> None:
        with connect(database, "tat_ingest", autocommit=True) as warehouse:
            try:
                outcomes.append(Follower(warehouse, app).follow())
            except FollowerBusyError as busy:
                outcomes.append(busy)

    threads = [threading.Thread(target=follow) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4
    assert follower.list_differences() == {}
    assert follower.read("select sum(rows_inserted) from tat.load_result") == PEOPLE


def test_a_follower_gives_way_to_another(
    app: App, follower: Follower, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.following.lock.LOCK_TIMEOUT", "100ms")
    app.fill()
    with (
        connect(database, "tat_ingest", autocommit=True) as other,
        hold_follower(other),
        pytest.raises(FollowerBusyError),
    ):
        follower.follow()
    assert follower.follow().loaded.rows_loaded == 14


def test_a_follower_gives_way_to_a_load(
    app: App, follower: Follower, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.following.lock.LOCK_TIMEOUT", "100ms")
    app.fill()
    with connect(database, "tat_ingest") as other:
        other.execute("select pg_advisory_xact_lock(7280, 2)")
        with pytest.raises(FollowerBusyError):
            follower.follow()
    assert follower.follow().loaded.rows_loaded == 14


CHANGE_SOME = """
    update app.users set department = %s, updated_at = now()
    where user_id in (
        select user_id from app.users order by random() limit 20 for update skip locked
    )
"""


@pytest.mark.usefixtures("people")
def test_rows_that_change_while_they_are_copied_arrive_as_they_are_in_the_end(
    app: App, follower: Follower
) -> None:
    stop = threading.Event()

    def write() -> None:
        with psycopg.connect(app.database.conninfo()) as connection:
            number = 0
            while not stop.is_set():
                number += 1
                connection.execute(CHANGE_SOME, (f"Department {number}",))
                # Some are open for a while, and some of what they did is taken back.
                time.sleep(random.uniform(0, 0.02))
                (connection.rollback if number % 5 == 0 else connection.commit)()

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    for _ in range(6):
        follower.follow()
    stop.set()
    for writer in writers:
        writer.join()
    assert follower.follow().is_through
    assert follower.list_differences() == {}


FOLLOW = """
import sys
from datetime import timedelta
from pathlib import Path
from database.connect import Database, connect
from ingestion.following import cursor
from ingestion.following.follow import follow_source
from ingestion.following.tables import read_contract_tables
import psycopg
cursor.CHUNK_ROWS = 40
with psycopg.connect(sys.stdin.readline().strip(), autocommit=True) as warehouse:
    url = sys.stdin.readline().strip()
    sys.stdout.write("follows\\n")
    sys.stdout.flush()
    follow_source(warehouse, url, read_contract_tables("app"), seconds=60)
"""


@pytest.mark.slow
@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("seed", several(range(8), first=2))
def test_a_follower_that_is_killed_leaves_its_place_to_the_next(
    app: App, follower: Follower, database: Database, seed: int
) -> None:
    generator = random.Random(seed)
    kept = []
    while follower.count("users") < PEOPLE:
        process = subprocess.Popen(
            [sys.executable, "-c", FOLLOW],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process:
            process.stdin.write(f"{database.conninfo('tat_ingest')}\n{app.url}\n")
            process.stdin.flush()
            process.stdout.readline()
            time.sleep(generator.uniform(0.1, 0.8))
            process.send_signal(signal.SIGKILL)
        kept.append(follower.count("users"))
    assert kept == sorted(kept)
    assert follower.follow(overlap=timedelta(0)).is_through
    assert follower.list_differences() == {}
    assert follower.read("select sum(rows_inserted) from tat.load_result") == PEOPLE
