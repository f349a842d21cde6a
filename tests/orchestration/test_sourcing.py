"""`tat source`, as somebody types it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from database.connect import Database
from tests.ingestion.following.app import SCHEMA, App, build_app
from tests.orchestration.test_commands import Answer, Tat, tat
from tests.templates import borrow_copy

__all__ = ["tat"]


@pytest.fixture
def app(template_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """An app that the settings name as the source."""
    with (
        borrow_copy(template_database, f"app_{uuid4().hex[:12]}") as copied,
        build_app(copied) as app,
    ):
        monkeypatch.setenv("TAT_SOURCE_URL", app.url)
        monkeypatch.setenv("TAT_SOURCE_SCHEMA", SCHEMA)
        yield app


def test_a_source_is_followed_compared_and_shown(tat: Tat, app: App) -> None:
    app.fill()
    nothing = tat("source", "status")
    assert nothing.code == 1
    assert "No source was followed yet." in nothing.err
    (loaded,) = tat("source", "follow", "--once", "--format", "json").data
    assert (loaded["rows_read"], loaded["rows_loaded"], loaded["rows_gone"]) == (14, 14, 0)
    app.run("delete from app.documents")
    (compared,) = tat("source", "compare", "--format", "json").data
    assert compared["rows_gone"] == 1
    tables = tat("source", "status", "--format", "json").data
    assert {row["state"] for row in tables} == {"followed"}
    assert {row["table"]: row["rows_read"] for row in tables}["users"] == 2
    shown = tat("source", "status", "--check")
    assert shown.code == 0
    assert "is followed: all that had changed was loaded" in shown.out
    status = tat("status").out
    assert "source_is_followed" in status
    assert "is followed: all that had changed was loaded" in status


def test_what_is_not_followed_is_said_and_can_be_accepted(tat: Tat, app: App) -> None:
    app.fill()
    tat("source", "follow", "--once")
    app.run("alter table app.users drop column designation")
    assert "Not followed: users lacks designation" in tat("source", "follow", "--once").err
    red = tat("source", "status", "--check")
    assert red.code == 1
    assert "users lacks designation at the source." in red.err
    assert "tat source accept users" in red.out
    assert tat("source", "accept", "users").code == 0
    assert tat("source", "follow", "--once").err.count("Not followed") == 0
    assert tat("source", "status", "--check").code == 0


def test_it_is_followed_each_minute_whether_it_answers_or_not(
    tat: Tat, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def follow_twice() -> Answer:
        left = iter([True])

        def wait(seconds: float) -> None:
            assert 0 <= seconds <= 60
            if not next(left, False):
                raise KeyboardInterrupt

        monkeypatch.setattr("orchestration.commands.sourcing.time.sleep", wait)
        return tat("source", "follow", "--format", "csv")

    app.fill()
    answer = follow_twice()
    assert (answer.code, answer.out.count("rows_read")) == (130, 2)
    monkeypatch.setenv("TAT_SOURCE_URL", "postgresql://reader:secret@127.0.0.1:1/app")
    answer = follow_twice()
    assert (answer.code, answer.err.count("is away")) == (130, 2)


def test_a_source_that_is_away_is_said_without_its_password(
    tat: Tat, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAT_SOURCE_URL", "postgresql://reader:secret@127.0.0.1:1/app")
    answer = tat("source", "follow", "--once")
    assert answer.code == 1
    assert "error: The source (reader@127.0.0.1:1/app) is away: " in answer.err
    assert "secret" not in answer.err
    assert "Not followed since" in tat("source", "status").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("source", "follow", "--once"), "There is no source to follow: set TAT_SOURCE_URL"),
        (("source", "compare"), "There is no source to follow: set TAT_SOURCE_URL"),
        (("source", "accept", "shoes"), "The contract has no table shoes."),
        (("source", "accept", "users"), "users is not followed."),
    ],
)
def test_what_can_not_be_done_is_said(tat: Tat, arguments: tuple[str, ...], words: str) -> None:
    answer = tat(*arguments)
    assert answer.code == 1
    assert words in answer.err


def test_what_the_source_owns_is_not_edited_here(tat: Tat, app: App) -> None:
    assert tat("holiday", "add", "2026-12-24", "Before following").code == 0
    app.fill()
    tat("source", "follow", "--once")
    refused = tat("holiday", "add", "2026-12-25", "Christmas")
    assert refused.code == 1
    assert "holidays are those of the source" in refused.err
    refused = tat("delegate", "add", "ada@example.com", "ben@example.com")
    assert "delegations are those of the source" in refused.err
