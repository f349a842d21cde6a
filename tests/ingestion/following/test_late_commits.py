"""Transactions at the source that commit late what they changed early: nothing is skipped."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from ingestion.following.horizon import Look, compare_transactions
from tests.ingestion.bundles import build_user, key_of
from tests.ingestion.following.app import App, Follower

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CHANGE = "update app.users set department = %s, updated_at = now() where user_id = %s"


@contextmanager
def begin(app: App) -> Iterator[psycopg.Connection]:
    """A transaction of the app that is open until the block ends; now() is its start."""
    with psycopg.connect(app.database.conninfo()) as connection:
        connection.execute("select 1")
        yield connection


@pytest.fixture
def people(app: App, follower: Follower) -> list[str]:
    """Users that are loaded."""
    names = [f"user {number}" for number in range(5)]
    app.insert({"users": [build_user(name) for name in names]})
    follower.follow()
    return [key_of(name) for name in names]


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_transaction_that_commits_late_is_read_when_it_has(
    app: App, follower: Follower, people: list[str], rounds: int
) -> None:
    with begin(app) as late:
        late.execute(CHANGE, ("Late", people[0]))
        for number in range(rounds):
            app.run(CHANGE, f"Early {number}", people[1])
            assert follower.follow().loaded.rows_loaded == 1
        late.commit()
    assert follower.follow().loaded.rows_loaded == 1
    assert follower.list_differences() == {}
    assert follower.follow().rows_read == 0


def test_a_transaction_may_sleep_for_long_before_it_writes(
    app: App, follower: Follower, people: list[str]
) -> None:
    with begin(app) as late:
        for number in range(3):
            app.run(CHANGE, f"Early {number}", people[1])
            follower.follow()
        late.execute(CHANGE, ("Late", people[0]))
        late.commit()
    follower.follow()
    assert follower.list_differences() == {}


def test_while_it_is_open_nothing_is_read_again_for_it(
    app: App, follower: Follower, people: list[str]
) -> None:
    with begin(app):
        follower.follow()
        app.run(CHANGE, "Early", people[1])
        assert follower.follow().rows_read == 1
        assert [follower.follow().rows_read for _ in range(3)] == [0, 0, 0]
    assert follower.follow().rows_read == 1


def test_one_that_began_before_the_first_load_is_not_skipped(app: App, follower: Follower) -> None:
    app.insert({"users": [build_user("ada")]})
    with begin(app) as late:
        late.execute(CHANGE, ("Late", key_of("ada")))
        follower.follow()
        follower.follow()
        late.commit()
    follower.follow()
    assert follower.list_differences() == {}


def test_transactions_are_seen_without_any_privilege(app: App, follower: Follower) -> None:
    app.fill()
    with begin(app), begin(app):
        follower.follow()
        opened = follower.read("select open_transactions from tat.source")
        assert len(opened) == 2
    follower.follow()
    assert follower.read("select open_transactions from tat.source") == {}


def list_one(number: str, **columns: object) -> list[dict[str, object]]:
    """One open transaction whose start is hidden."""
    hidden = {"started_at": None, "is_prepared": False, "hides_others": False}
    return [{"transaction_id": number} | hidden | columns]


def test_a_transaction_that_is_prepared_keeps_its_start() -> None:
    first = Look(NOON, "server", {"3/7": NOON - MINUTE}, None)
    prepared = list_one("prepared 900", is_prepared=True)
    open_now, reopened = compare_transactions(first, NOON + MINUTE, prepared)
    assert open_now == {"prepared 900": NOON - MINUTE}
    assert reopened == NOON - MINUTE
    second = Look(NOON + MINUTE, "server", open_now, None)
    assert compare_transactions(second, NOON + 2 * MINUTE, []) == ({}, NOON - MINUTE)


def test_a_transaction_that_is_new_began_after_the_look_before() -> None:
    before = Look(NOON, "server", {}, None)
    assert compare_transactions(before, NOON + MINUTE, list_one("4/1")) == ({"4/1": NOON}, None)


def test_a_start_that_may_be_seen_is_taken() -> None:
    listed = list_one("4/1", started_at=NOON - 100 * MINUTE)
    assert compare_transactions(None, NOON, listed)[0] == {"4/1": NOON - 100 * MINUTE}


def test_a_clock_that_goes_back_reopens_what_it_may_date_anew() -> None:
    before = Look(NOON, "server", {}, None)
    listed = list_one("4/1")
    assert compare_transactions(before, NOON - MINUTE, listed)[0] == {"4/1": NOON - MINUTE}


def test_what_a_replica_hides_is_read_again_while_the_oldest_is_open() -> None:
    oldest = list_one("of the primary 10", hides_others=True)
    first = Look(NOON, "server", {"of the primary 10": NOON - MINUTE}, None)
    open_now, reopened = compare_transactions(first, NOON + MINUTE, oldest)
    assert (open_now, reopened) == ({"of the primary 10": NOON - MINUTE}, NOON - MINUTE)
    second = Look(NOON + MINUTE, "server", open_now, None)
    next_one = list_one("of the primary 12", hides_others=True)
    open_now, reopened = compare_transactions(second, NOON + 2 * MINUTE, next_one)
    assert (open_now, reopened) == ({"of the primary 12": NOON - MINUTE}, NOON - MINUTE)
