"""Whole tables compared: deletions, changes without a date, and a source that went back in time."""

from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest

from database.connect import Database, connect
from ingestion.following.comparing import MOST_LOST
from ingestion.following.follow import compare_source
from ingestion.following.rounds import FollowReport
from ingestion.following.state import accept_table
from orchestration.engine.tick import read_database_time, run_ticks
from tests.ingestion.bundles import build_level, build_request, build_user, key_of
from tests.ingestion.following.app import App, Follower, build_app
from tests.templates import borrow_copy


def compare(follower: Follower, app: App | None = None) -> FollowReport:
    """Compare all tables, whenever they were compared last."""
    follower.warehouse.execute("update tat.source_table set compared_at = null")
    app = app or follower.app
    return compare_source(follower.warehouse, app.url, app.tables, seconds=60)


def test_equal_tables_are_read_no_further(app: App, follower: Follower) -> None:
    app.fill()
    follower.follow()
    report = compare(follower)
    assert report.is_through
    assert report.rows_read == 0
    assert follower.read("select count(*) from tat.source_table where compared_at is null") == 0


@pytest.mark.parametrize(
    ("table", "mark"),
    [
        ("users", "not is_active"),
        ("workflow_requests", "is_deleted"),
        ("approval_levels", "status = 'SKIPPED' and is_skipped and skipped_at is not null"),
        ("work_notes", "is_deleted"),
        ("documents", "is_deleted"),
        ("holidays", "not is_active"),
        ("delegations", "not is_active"),
    ],
)
def test_a_deleted_row_is_marked(
    app: App, follower: Follower, table: str, mark: LiteralString
) -> None:
    app.fill()
    follower.follow()
    rows = app.delete(table)
    follower.follow()
    compare(follower)
    assert follower.count(table, mark) == rows
    assert follower.read("select count(*) from tat.gone_row") == rows
    assert compare(follower).rows_read == 0


@pytest.mark.parametrize(
    "table", ["participants", "work_note_attachments", "activities", "level_pauses"]
)
def test_a_deleted_row_without_a_mark_is_deleted(app: App, follower: Follower, table: str) -> None:
    app.fill()
    follower.follow()
    app.delete(table)
    follower.follow()
    compare(follower)
    assert follower.count(table) == 0
    assert follower.list_differences() == {}


def test_a_row_that_comes_back_is_taken_back(app: App, follower: Follower) -> None:
    app.fill()
    follower.follow()
    app.run("create table app.kept as select * from app.approval_levels")
    app.run("delete from app.approval_levels")
    compare(follower)
    app.run("insert into app.approval_levels select * from app.kept")
    compare(follower)
    assert follower.list_differences() == {}
    assert follower.read("select count(*) from tat.gone_row") == 0


def test_the_clock_of_a_deleted_level_stops(
    app: App, follower: Follower, database: Database
) -> None:
    start_level(app, timedelta(hours=1))
    follower.follow()
    assert read_states(database) == ["running"]
    app.run("delete from app.approval_levels")
    compare(follower)
    assert read_states(database) == ["cancelled"]


def start_level(app: App, ago: timedelta) -> None:
    """Start a level of 16 hours around the clock so long ago."""
    begun = (datetime.now(UTC) - ago).isoformat()
    times = {"level_start_time": begun, "tat_start_time": begun}
    app.insert({"users": [build_user("ada"), build_user("ben")]})
    app.insert({"workflow_requests": [build_request("r1", priority="EXPRESS")]})
    app.insert({"approval_levels": [build_level("l1", status="IN_PROGRESS", **times)]})


def read_states(database: Database) -> list[str]:
    """Tick, and read the states of all levels."""
    with connect(database, "tat_engine", autocommit=True) as engine:
        run_ticks(engine, read_database_time(engine), origin="command")
        return [row[0] for row in engine.execute("select state from tat.level_clock")]


def test_the_engines_activities_are_no_deletions(
    app: App, follower: Follower, database: Database
) -> None:
    start_level(app, timedelta(hours=9))
    follower.follow()
    read_states(database)
    assert follower.count("activities", "activity_type = 'sla_warning'") == 1
    compare(follower)
    assert follower.count("activities") == 1
    assert follower.read("select count(*) from tat.gone_row") == 0


@pytest.mark.parametrize(
    "change",
    [
        "update app.users set department = 'Moved'",
        "update app.participants set is_active = false",
        "update app.work_notes set is_deleted = true",
        "update app.documents set file_size = 17",
        "update app.activities set metadata = '{\"amount\": 13}'",
        "update app.approval_levels set tat_hours = 17, updated_at = updated_at - interval '1 day'",
    ],
)
def test_a_change_without_a_date_is_found(app: App, follower: Follower, change: str) -> None:
    app.fill()
    follower.follow()
    assert app.run(change)
    assert follower.follow().loaded.rows_loaded == 0
    assert follower.list_differences() != {}
    compare(follower)
    assert follower.list_differences() == {}


@pytest.mark.parametrize(
    "change",
    [
        "update app.level_pauses set resumed_at = paused_at + interval '1 hour'",
        "delete from app.level_pauses",
        "update app.holidays set holiday_date = holiday_date + 1",
        "update app.holidays set applies_to_locations = '{Pune}'",
    ],
)
def test_tables_without_dates_are_compared_by_the_minute_once_they_are_written(
    app: App, follower: Follower, change: str
) -> None:
    app.fill()
    follower.follow()
    quiet = follower.follow()
    with psycopg.connect(app.database.conninfo()) as connection:
        connection.execute(change.encode())
    # The source counts what a session has written when that ends, or within a second.
    assert follower.follow().statements > quiet.statements
    assert follower.list_differences() == {}


def write_many(app: App, rows: int) -> None:
    """Write many participants of one request."""
    app.fill()
    app.run(
        "insert into app.participants (participant_id, request_id, user_id, participant_type)"
        " select gen_random_uuid(), %s, %s, 'SPECTATOR' from generate_series(1, %s)",
        key_of("r1"),
        key_of("ada"),
        rows,
    )


def test_a_table_that_loses_much_at_once_loses_nothing_here(app: App, follower: Follower) -> None:
    write_many(app, 3 * MOST_LOST)
    follower.follow()
    app.run("truncate app.participants")
    compare(follower)
    assert follower.count("participants") == 3 * MOST_LOST + 1
    held_back = follower.read("select held_back from tat.source_table where held_back is not null")
    assert held_back.startswith("The source no longer has 301 of 301 rows of participants")
    assert "tat source accept participants" in held_back
    assert not follower.read("select is_followed from tat.source_health")
    assert accept_table(follower.warehouse, "participants")
    compare(follower)
    assert follower.count("participants") == 0
    assert follower.read("select is_followed from tat.source_health")
    assert not follower.read("select bool_or(allows_loss) from tat.source_table")


def test_a_large_table_without_an_index_is_told_of(app: App, follower: Follower) -> None:
    app.run(
        "insert into app.users (user_id, email, display_name, updated_at)"
        " select gen_random_uuid(), repeat('x', 900), 'Somebody', now()"
        " from generate_series(1, 18000)"
    )
    app.run("analyze app.users")
    follower.follow()
    compare(follower)
    advice = "select advice from tat.source_table where table_name = 'users'"
    assert follower.read(advice).startswith("app.users has no index at the source")
    app.run("create index on app.users (updated_at)")
    compare(follower)
    assert follower.read(advice) is None
    assert follower.read("select count(advice) from tat.source_table") == 0


def test_what_was_here_before_it_was_followed_stays(
    app: App, follower: Follower, connection: psycopg.Connection
) -> None:
    connection.execute(
        "insert into workflow.holidays (holiday_id, holiday_date, holiday_name)"
        " values (%s, '2026-12-24', 'Of the source too'), (%s, '2026-12-25', 'Ours')",
        (key_of("h1"), key_of("ours")),
    )
    app.fill()
    follower.follow()
    compare(follower)
    assert follower.count("holidays", "is_active") == 2
    assert follower.read("select array_agg(row_key::text) from tat.gone_row") == [key_of("ours")]
    app.delete("holidays")
    compare(follower)
    assert follower.count("holidays", "is_active and holiday_name = 'Ours'") == 1
    assert follower.count("holidays", "is_active") == 1


def test_some_deletions_are_nothing_to_ask_about(app: App, follower: Follower) -> None:
    write_many(app, 3 * MOST_LOST)
    follower.follow()
    app.run(
        "delete from app.participants where participant_id in"
        " (select participant_id from app.participants limit %s)",
        MOST_LOST,
    )
    assert compare(follower).loaded.rows_gone == MOST_LOST
    assert follower.list_differences() == {}


def test_what_moves_on_during_the_comparison_stays(
    app: App, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingestion.following import comparing

    app.fill()
    follower.follow()
    find: Any = comparing.find_difference

    def find_and_write(source: Any, connection: Any, shape: Any) -> comparing.Difference:
        found: comparing.Difference = find(source, connection, shape)
        if shape.table.name == "users":
            app.run("update app.users set department = 'Newest', updated_at = now()")
        return found

    monkeypatch.setattr(comparing, "find_difference", find_and_write)
    app.run("update app.users set department = 'Newer'")
    compare(follower)
    assert follower.list_differences() == {}


def test_rows_that_are_rounded_are_read_again_and_left(app: App, follower: Follower) -> None:
    app.run("alter table app.approval_levels alter tat_hours type numeric")
    app.run("alter table app.users alter department type character(20)")
    app.fill()
    app.run("update app.approval_levels set tat_hours = 16.333")
    follower.follow()
    report = compare(follower)
    assert report.loaded.rows_loaded == 0
    assert report.rows_read == 0


def test_a_source_restored_elsewhere_is_followed_from_where_it_was(
    app: App, follower: Follower, template_database: Database
) -> None:
    """The copy lacks what was written last, and what was written first is deleted in it."""
    app.fill()
    follower.follow()
    with (
        borrow_copy(template_database, f"app_{uuid4().hex[:12]}") as copied,
        build_app(copied) as restored,
    ):
        restored.fill()
        app.run("update app.approval_levels set status = 'SKIPPED', updated_at = now()")
        app.insert({"users": [build_user("lost", updated_at="2026-03-09T00:00:00Z")]})
        app.run("update app.users set updated_at = now() where user_id = %s", key_of("lost"))
        follower.follow()
        assert follower.list_differences() == {}
        follower.app = restored
        restored.insert({"users": [build_user("new", updated_at=datetime.now(UTC).isoformat())]})
        assert follower.follow().loaded.rows_loaded == 1
        due = "select count(*) from tat.source_table where compared_at is null"
        assert follower.read(due) == 9
        compare_source(follower.warehouse, restored.url, restored.tables, seconds=60)
        assert (
            follower.read("select is_active from workflow.users where user_id = %s", key_of("lost"))
            is False
        )
        differences = follower.list_differences()
        assert list(differences) == ["users"]
        assert differences["users"][0] == []
        assert [row["display_name"] for row in differences["users"][1]] == ["Lost"]
