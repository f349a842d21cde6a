"""Columns that come, go and change their type at the source."""

from dataclasses import replace

import pytest

from ingestion.following.follow import compare_source, follow_source
from ingestion.following.state import accept_table
from tests.ingestion.following.app import App, Follower

CHANGE = "update app.users set department = 'Moved', updated_at = now()"


def test_a_new_column_is_told_of_once(app: App, follower: Follower) -> None:
    app.fill()
    app.run("alter table app.users add column shoe_size integer")
    assert follower.follow().fresh_columns == {"users": ["shoe_size"]}
    app.run("alter table app.users add column hat_size integer")
    app.run(CHANGE)
    report = follower.follow()
    assert report.fresh_columns == {"users": ["hat_size"]}
    assert report.loaded.rows_loaded == 2
    assert follower.follow().fresh_columns == {}
    known = "select other_columns from tat.source_table where table_name = 'users'"
    assert follower.read(known) == ["shoe_size", "hat_size"]


def test_a_column_that_was_renamed_there_stops_its_table_alone(
    app: App, follower: Follower
) -> None:
    app.fill()
    follower.follow()
    app.run("alter table app.users rename department to section")
    app.run("update app.users set section = 'Moved', updated_at = now()")
    app.run("update app.workflow_requests set title = 'Other', updated_at = now()")
    report = follower.follow()
    assert report.faults["users"].startswith("users lacks department at the source.")
    assert report.loaded.rows_loaded == 2
    assert report.is_through
    assert not follower.read("select is_followed from tat.source_health")
    since = follower.read("select faulty_since from tat.source_table where fault is not null")
    follower.follow()
    assert since == follower.read("select max(faulty_since) from tat.source_table")
    app.run("alter table app.users rename section to department")
    follower.follow()
    assert follower.list_differences() == {}
    assert follower.read("select is_followed from tat.source_health")


def test_a_column_that_is_gone_for_good_can_be_accepted(app: App, follower: Follower) -> None:
    app.fill()
    follower.follow()
    app.run("alter table app.users drop column designation")
    app.run(CHANGE)
    assert list(follower.follow().faults) == ["users"]
    assert accept_table(follower.warehouse, "users")
    assert follower.follow().faults == {}
    assert follower.read("select count(*) from workflow.users where department = 'Moved'") == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "alter table app.users alter updated_at type timestamp",
            "users.updated_at is timestamp without time zone at the source, which can't be read "
            "as timestamptz.",
        ),
        (
            "alter table app.users alter user_id type text",
            "users.user_id is text at the source, which can't be read as uuid.",
        ),
        (
            "alter table app.users alter is_active drop default,"
            " alter is_active type timestamptz using now()",
            "users.is_active is timestamp with time zone at the source, which can't be read as "
            "boolean.",
        ),
        ("alter table app.users drop column updated_at", "users lacks updated_at at the source"),
        ("alter table app.users drop column email", "users lacks email at the source"),
        ("drop table app.users", "users can't be read at the source: relation"),
    ],
)
def test_what_can_not_be_read_is_said(
    app: App, follower: Follower, change: str, words: str
) -> None:
    app.fill()
    follower.follow()
    app.run(change)
    app.run("update app.documents set uploaded_at = now()")
    report = follower.follow()
    assert list(report.faults) == ["users"]
    assert report.faults["users"].startswith(words)
    assert report.loaded.rows_loaded == 1


@pytest.mark.parametrize(
    "change",
    [
        "alter table app.users alter department type varchar(100)",
        "alter table app.workflow_requests alter current_level type bigint",
        "alter table app.approval_levels alter tat_hours type double precision",
        "create domain app.name as varchar(90); alter table app.users alter email type app.name",
        "create type app.kind as enum ('NATIONAL'); alter table app.holidays"
        " drop constraint holidays_holiday_type_check,"
        " alter holiday_type type app.kind using holiday_type::app.kind",
    ],
)
def test_a_type_that_reads_alike_is_no_change(app: App, follower: Follower, change: str) -> None:
    app.fill()
    follower.follow()
    app.run(change)
    app.run(CHANGE)
    report = follower.follow()
    assert report.faults == {}
    assert report.loaded.rows_loaded == 2


SHOUTED = """(
    select user_id, email, upper(display_name) as display_name, created_at, updated_at
    from app.users
)"""


def test_a_table_that_is_read_from_another_relation_is_loaded_anew(
    app: App, follower: Follower
) -> None:
    app.fill()
    follower.follow()
    users, *others = app.tables
    tables = (replace(users, relation=SHOUTED), *others)
    report = follow_source(follower.warehouse, app.url, tables, seconds=20)
    assert report.faults == {}
    assert report.loaded.rows_loaded == 2
    assert follower.count("users", "display_name in ('ADA', 'BEN') and department = 'Finance'") == 1
    compare_source(follower.warehouse, app.url, tables, seconds=20)
    assert follower.read("select count(*) from tat.gone_row") == 0
