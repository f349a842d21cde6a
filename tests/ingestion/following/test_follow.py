"""What is loaded of an app's own database, round by round."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from database.connect import Database, connect
from ingestion.following import cursor
from ingestion.following.pages import Page, read_by_key
from ingestion.following.source import SourceAwayError, open_source
from orchestration.engine.tick import read_database_time, run_ticks
from tests.ingestion.bundles import build_level, build_request, build_user, key_of
from tests.ingestion.following.app import App, Follower


def now() -> str:
    """The present, as a row has it."""
    return datetime.now(UTC).isoformat()


def test_everything_is_loaded_and_the_next_round_reads_nothing(
    app: App, follower: Follower
) -> None:
    app.fill()
    first = follower.follow()
    assert first.is_through
    assert first.faults == {}
    assert first.loaded.rows_loaded == 14
    assert follower.list_differences() == {}
    again = [follower.follow() for _ in range(2)]
    assert all(report.is_through for report in again)
    assert [(report.rows_read, report.loaded.rows_loaded) for report in again] == [(0, 0), (0, 0)]
    assert again[1].statements < 40


def test_a_row_is_written_with_all_that_it_says(app: App, follower: Follower) -> None:
    app.insert({"users": [build_user("ada", department='back\\slash, "quote"\ttab\nline \u20ac')]})
    follower.follow()
    assert follower.list_differences() == {}


def test_a_change_is_loaded_whatever_the_clock_of_the_app_says(
    app: App, follower: Follower
) -> None:
    app.fill()
    follower.follow()
    app.run("update app.users set department = 'Sales', updated_at = clock_timestamp()")
    assert follower.follow().loaded.rows_loaded == 2
    # A server of the app that is half a minute behind changes the same rows.
    app.run("update app.users set department = 'Legal', updated_at = now() - interval '30 seconds'")
    follower.follow(overlap=timedelta(seconds=60))
    assert follower.list_differences() == {}


def test_a_bad_row_is_quarantined_and_comes_once_it_is_good(app: App, follower: Follower) -> None:
    app.insert({"users": [build_user("ada"), build_user("ben")]})
    app.run("alter table app.approval_levels drop constraint approval_levels_status_check")
    app.insert(
        {
            "workflow_requests": [build_request("r1")],
            "approval_levels": [build_level("l1", status="ON_HOLD"), build_level("l2")],
        }
    )
    report = follower.follow()
    assert (report.loaded.rows_loaded, report.loaded.rows_quarantined) == (4, 1)
    reasons = follower.read("select reasons from tat.quarantine where resolved_at is null")
    assert reasons == [
        "status 'ON_HOLD' is not one of PENDING, IN_PROGRESS, APPROVED, REJECTED, SKIPPED"
    ]
    app.run(
        "update app.approval_levels set status = 'IN_PROGRESS', updated_at = now()"
        " where level_id = %s",
        key_of("l1"),
    )
    follower.follow()
    assert follower.read("select count(*) from tat.quarantine where resolved_at is null") == 0
    assert follower.list_differences() == {}


def test_a_child_waits_for_its_parent(app: App, follower: Follower) -> None:
    app.insert({"users": [build_user("ada"), build_user("ben")]})
    app.insert({"approval_levels": [build_level("l1")]})
    assert follower.follow().loaded.rows_waiting == 1
    app.insert({"workflow_requests": [build_request("r1", updated_at=now())]})
    assert follower.follow().loaded.rows_loaded == 2
    assert follower.list_differences() == {}


def test_what_the_engine_writes_stays(app: App, follower: Follower, database: Database) -> None:
    app.insert({"users": [build_user("ada"), build_user("ben")]})
    app.insert({"workflow_requests": [build_request("r1")]})
    level = build_level("l1", status="IN_PROGRESS", level_start_time=None, tat_start_time=None)
    app.insert({"approval_levels": [level]})
    follower.follow()
    with connect(database, "tat_engine", autocommit=True) as engine:
        present = read_database_time(engine)
        run_ticks(engine, present, origin="command")
        flags = "select tat50_alert_sent, tat_start_time is not null from workflow.approval_levels"
        before = engine.execute(flags).fetchone()
        assert before is not None
        assert before[1]
        app.run("update app.approval_levels set comments = 'looked at', updated_at = now()")
        assert follower.follow().loaded.rows_loaded == 1
        assert engine.execute(flags).fetchone() == before


def test_a_first_load_goes_on_from_its_last_page(
    app: App, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cursor, "CHUNK_ROWS", 3)
    app.insert({"users": [build_user(f"user {number}") for number in range(10)]})
    stop_after(monkeypatch, pages=2)
    assert not follower.follow().is_through
    assert follower.read("select count(*) from workflow.users") == 6
    monkeypatch.undo()
    report = follower.follow()
    assert report.rows_read == 4
    assert report.is_through
    assert follower.list_differences() == {}


def stop_after(monkeypatch: pytest.MonkeyPatch, pages: int) -> None:
    """Let time be up after some pages."""
    left = pages

    def read_and_count(*arguments: Any) -> Page:
        nonlocal left
        left -= 1
        if left == 0:
            monkeypatch.setattr(cursor, "SECONDS_A_PAGE", 1e9)
        return read_by_key(*arguments)

    monkeypatch.setattr(cursor, "read_by_key", read_and_count)


def test_what_is_loaded_is_followed_while_the_first_load_of_another_table_lasts(
    app: App, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cursor, "CHUNK_ROWS", 1)
    app.fill()
    stop_after(monkeypatch, pages=5)
    assert not follower.follow().is_through
    assert follower.count("users") == 2
    assert follower.count("documents") == 0
    app.run("update app.users set department = 'Moved', updated_at = now()")
    monkeypatch.setattr(cursor, "SECONDS_A_PAGE", 3.0)
    stop_after(monkeypatch, pages=1)
    assert not follower.follow().is_through
    assert follower.count("users", "department = 'Moved'") == 2


def test_many_rows_of_one_instant_are_read_page_by_page(
    app: App, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cursor, "CHUNK_ROWS", 3)
    app.insert({"users": [build_user(f"user {number}") for number in range(10)]})
    follower.follow()
    app.run("update app.users set department = 'Legal', updated_at = now()")
    assert follower.follow().loaded.rows_loaded == 10
    assert follower.list_differences() == {}


def test_rows_without_a_date_of_change_are_loaded_at_first(app: App, follower: Follower) -> None:
    app.insert({"users": [build_user("ada", updated_at=None, created_at=None)]})
    follower.follow()
    assert follower.list_differences() == {}


def test_a_table_that_the_app_lacks_is_no_fault(app: App, follower: Follower) -> None:
    app.fill()
    app.run("drop table app.delegations, app.level_pauses")
    report = follower.follow()
    assert report.is_through
    assert report.faults == {}
    assert follower.read("select count(*) from tat.source_table") == 9


def test_the_source_is_only_read_and_keeps_no_setting(app: App) -> None:
    with open_source(app.url, seconds=20) as source:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), source.read():
            source.connection.execute("create temporary table mine (id integer)")
        with source.read():
            pass
        settings = source.connection.execute(
            "select current_setting('statement_timeout'), current_setting('lock_timeout')"
        ).fetchone()
        assert settings == ("0", "0")


def test_no_message_holds_the_password(app: App, follower: Follower) -> None:
    follower.app.url = app.url.replace(f"/{app.database.name}", "/nowhere")
    with pytest.raises(SourceAwayError) as error:
        follower.follow()
    assert "p@ss" not in str(error.value)
    assert "p%40ss" not in str(error.value)
    assert "nowhere" in follower.read("select failure from tat.source")
    assert "p@ss" not in follower.read("select source::text from tat.source")


def test_a_login_that_may_not_read_a_table_is_told_so(app: App, follower: Follower) -> None:
    app.fill()
    app.revoke("documents")
    report = follower.follow()
    assert list(report.faults) == ["documents"]
    assert "permission denied" in report.faults["documents"]
    assert set(follower.list_differences()) == {"documents"}
