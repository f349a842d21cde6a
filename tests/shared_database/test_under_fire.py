"""Writers at work, followers that are killed: nothing is lost, nothing doubled."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from database.connect import Database
from database.settings import Settings
from ingestion.following.adopting import Adoption, adopt_schema, list_captures
from ingestion.following.tables import read_contract_tables
from orchestration.sourcing import follow
from tests.digests import CHECKOUT
from tests.distribution import several
from tests.shared_database.app import ROLE, SCHEMA, App

pytestmark = pytest.mark.slow

WRITERS = 4
SECONDS = 4.0
# Rows of the app as they stand here. What was deleted there is marked here.
DIFFERENCES = """
    select 'level', level_id from (
        select level_id, status, comments from app.approval_levels
        except
        select level_id, status, comments from workflow.approval_levels
    ) as lost
    union all
    select 'user', user_id from (
        select user_id, department from app.users
        except
        select user_id, department from workflow.users
    ) as lost
    union all
    select 'deleted level', level_id from workflow.approval_levels
    where status <> 'SKIPPED' and level_id not in (select level_id from app.approval_levels)
    union all
    select 'note', note_id from (
        select note_id, message from app.work_notes
        except
        select note_id, message from workflow.work_notes
    ) as lost
"""


@pytest.fixture
def adopted(login: psycopg.Connection, connection: psycopg.Connection, app: App) -> None:
    tables = read_contract_tables(SCHEMA)
    captures = list_captures(Adoption(SCHEMA, is_replicated=False), tables)
    adopt_schema(login, connection, captures, SCHEMA)


@contextmanager
def write_at_once(database: Database, seed: int) -> Iterator[None]:
    """Let several writers of the app work until the block ends."""
    done = Event()
    writers = [
        Thread(target=write, args=(database, random.Random(seed * 100 + number), done))
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    try:
        yield
    finally:
        done.set()
        for writer in writers:
            writer.join()


def write(database: Database, choose: random.Random, done: Event) -> None:
    """Insert, change and delete rows, in transactions of which some last and some fail."""
    with psycopg.connect(database.conninfo(), autocommit=True) as connection:
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(ROLE)))
        app = App(connection)
        levels: list[UUID] = []
        while not done.is_set():
            fails = choose.random() < 0.2
            with connection.transaction(force_rollback=fails):
                made = change(app, choose, levels)
                time.sleep(choose.random() * 0.02)
            if not fails:
                levels += made


def change(app: App, choose: random.Random, levels: list[UUID]) -> list[UUID]:
    """Do one thing that an app does; return new levels."""
    if not levels or choose.random() < 0.4:
        user = app.add_user()
        request = app.add_request(user)
        note = {"request_id": request, "user_id": user, "message": "one", "created_at": "now"}
        app.insert("work_notes", "note_id", note)
        return [app.add_level(request, user, level_number=number) for number in (1, 2)]
    level = choose.choice(levels)
    statements = {
        "update app.approval_levels set comments = %(text)s where level_id = %(level)s": 5,
        "update app.users set department = %(text)s where user_id = ("
        "select approver_id from app.approval_levels where level_id = %(level)s)": 3,
        "update app.work_notes set message = %(text)s where request_id = ("
        "select request_id from app.approval_levels where level_id = %(level)s)": 2,
        "delete from app.approval_levels where level_id = %(level)s": 1,
    }
    (statement,) = choose.choices(list(statements), list(statements.values()))
    text = str(choose.randrange(1000))
    app.connection.execute(statement.encode(), {"text": text, "level": level})
    return []


@pytest.fixture
def follow_once(database: Database, settings: Settings) -> Callable[[], None]:
    def follow_to_the_end() -> None:
        assert follow(database, settings, seconds=60).is_through

    return follow_to_the_end


@pytest.mark.parametrize("seed", several(range(5)))
def test_writers_and_a_follower_at_once_end_alike(
    database: Database,
    connection: psycopg.Connection,
    login: psycopg.Connection,
    adopted: None,
    follow_once: Callable[[], None],
    seed: int,
) -> None:
    with write_at_once(database, seed):
        ends_at = time.monotonic() + SECONDS
        while time.monotonic() < ends_at:
            follow_once()
    follow_once()
    assert login.execute("select count(*) > 100 from app.approval_levels").fetchone() == (True,)
    assert login.execute(DIFFERENCES).fetchall() == []
    assert login.execute("select count(*) from tat.source_change").fetchone() == (0,)
    assert login.execute(
        "select count(*) from tat.quarantine where resolved_at is null"
    ).fetchone() == (0,)


@pytest.mark.parametrize("seed", several(range(5)))
def test_a_follower_that_is_killed_loses_nothing(
    database: Database,
    login: psycopg.Connection,
    adopted: None,
    follow_once: Callable[[], None],
    seed: int,
) -> None:
    choose = random.Random(seed)
    command = [sys.executable, "-m", "tests.shared_database.follower"]
    arguments = [database.conninfo("tat_ingest"), database.conninfo()]
    with write_at_once(database, seed):
        for _ in range(4):
            with subprocess.Popen(
                [*command, *arguments], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
            ) as follower:
                assert follower.stdout is not None
                assert follower.stdout.readline() == "round\n"
                time.sleep(choose.random() * 0.3)
                follower.kill()
    follow_once()
    assert login.execute(DIFFERENCES).fetchall() == []
    assert login.execute("select count(*) from tat.source_change").fetchone() == (0,)
