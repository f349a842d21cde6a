"""Triggers on the app's tables: what they note, that they hurt nobody, and that they go again."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from database.connect import DatabaseError
from ingestion.contract import TABLES
from ingestion.following.capturing import (
    Capture,
    find_present,
    find_uncaptured,
    list_triggers,
    start_capture,
    stop_capture,
)
from tests.shared_database.app import ROLE, SCHEMA, App, read_fingerprint

CAPTURES = [Capture(SCHEMA, table.name, table.name, table.key) for table in TABLES]


@pytest.fixture
def capturing(login: psycopg.Connection) -> psycopg.Connection:
    start_capture(login, find_present(login, CAPTURES))
    return login


def take(connection: psycopg.Connection) -> set[tuple[str, str | None]]:
    """Empty the queue; return tables and keys."""
    rows: list[tuple[Any, ...]] = connection.execute(
        "delete from tat.source_change returning table_name, row_key"
    ).fetchall()
    return {(table, key) for table, key in rows}


def of(table: str, *keys: UUID) -> set[tuple[str, str]]:
    return {(table, str(key)) for key in keys}


def test_inserts_updates_and_deletes_are_noted_by_key(
    app: App, capturing: psycopg.Connection
) -> None:
    users = [app.add_user(), app.add_user()]
    assert take(capturing) == of("users", *users)
    app.connection.execute("update app.users set department = 'Stores'")
    assert take(capturing) == of("users", *users)
    app.connection.execute("delete from app.users where user_id = %s", (users[0],))
    assert take(capturing) == of("users", users[0])


def test_a_changed_key_is_noted_with_the_one_before(
    app: App, capturing: psycopg.Connection
) -> None:
    before, after = app.add_user(), UUID(int=7)
    take(capturing)
    app.connection.execute("update app.users set user_id = %s", (after,))
    assert take(capturing) == of("users", before, after)


def test_what_goes_with_its_parent_is_noted(app: App, capturing: psycopg.Connection) -> None:
    user = app.add_user()
    request = app.add_request(user)
    levels = [app.add_level(request, user), app.add_level(request, user, level_number=2)]
    take(capturing)
    app.connection.execute("delete from app.users")
    assert take(capturing) == (
        of("users", user) | of("workflow_requests", request) | of("approval_levels", *levels)
    )


def test_a_truncated_table_is_noted_as_a_whole(app: App, capturing: psycopg.Connection) -> None:
    app.connection.execute("truncate app.work_notes cascade")
    assert take(capturing) == {("work_notes", None), ("work_note_attachments", None)}


def test_an_upsert_and_a_merge_are_noted(app: App, capturing: psycopg.Connection) -> None:
    user = app.add_user()
    take(capturing)
    app.connection.execute(
        "insert into app.users select * from app.users"
        " on conflict (user_id) do update set department = 'Stores'"
    )
    assert take(capturing) == of("users", user)
    app.connection.execute(
        "merge into app.users using (select 1) as one on true"
        " when matched then update set department = 'Sales'"
    )
    assert take(capturing) == of("users", user)


def test_what_is_rolled_back_is_not_noted(app: App, capturing: psycopg.Connection) -> None:
    with app.connection.transaction(force_rollback=True):
        app.add_user()
    assert take(capturing) == set()


def test_a_restore_that_turns_triggers_off_is_noted(
    app: App, admin: psycopg.Connection, capturing: psycopg.Connection
) -> None:
    admin.execute("set session_replication_role = 'replica'")
    user = App(admin).add_user()
    assert take(capturing) == of("users", user)


def test_the_app_has_no_rights_in_tat(app: App, capturing: psycopg.Connection) -> None:
    app.add_user()
    for statement in (
        "select * from tat.source_change",
        "delete from tat.source_change",
        "create trigger mine after insert on app.users for each statement"
        " execute function tat.capture_source_change('users')",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            app.connection.execute(statement.encode())


def test_many_statements_cost_the_transaction_no_numbers_of_its_own(
    app: App, capturing: psycopg.Connection
) -> None:
    next_number = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    (before,) = capturing.execute(next_number).fetchone() or (0,)
    with app.connection.transaction():
        for _ in range(100):
            app.add_user()
    (after,) = capturing.execute(next_number).fetchone() or (0,)
    # Others use the server, too.
    assert after - before < 100
    assert len(take(capturing)) == 100


def test_a_queue_that_is_gone_fails_no_write_of_the_app(
    app: App, capturing: psycopg.Connection
) -> None:
    capturing.execute("drop table tat.source_change")
    user = app.add_user()
    assert app.connection.execute("select user_id from app.users").fetchall() == [(user,)]
    missed = capturing.execute("select table_name from tat.source_miss").fetchall()
    assert missed == [("users",)]
    capturing.execute("drop table tat.source_miss")
    notices: list[str] = []
    app.connection.add_notice_handler(lambda notice: notices.append(str(notice.message_primary)))
    app.add_user()
    assert notices == [
        'Turnaround does not know of a change in users: relation "tat.source_change" does not exist'
    ]


def test_a_queue_that_is_locked_holds_the_app_up_for_half_a_second_only(
    app: App, capturing: psycopg.Connection
) -> None:
    with capturing.transaction():
        capturing.execute("lock table tat.source_change in access exclusive mode")
        user = app.add_user()
    assert take(capturing) == set()
    assert capturing.execute("select table_name from tat.source_miss").fetchall() == [("users",)]
    assert app.connection.execute("select user_id from app.users").fetchall() == [(user,)]
    assert app.connection.execute("show lock_timeout").fetchone() == ("0",)


def test_a_renamed_key_fails_no_write_of_the_app(app: App, capturing: psycopg.Connection) -> None:
    user = app.add_user()
    take(capturing)
    app.connection.execute("alter table app.users rename user_id to id")
    app.connection.execute("update app.users set department = 'Stores' where id = %s", (user,))
    assert take(capturing) == {("users", None)}


CAST = (
    "create type app.own as (part text)",
    """
    create function app.tell(app.own) returns text language plpgsql
    as 'begin raise exception ''ran as %'', current_user; end'
    """,
    "create cast (app.own as text) with function app.tell(app.own)",
    "create table app.mine (id app.own)",
)


def test_a_type_of_the_apps_own_runs_nothing_with_our_rights(
    app: App, login: psycopg.Connection
) -> None:
    for statement in CAST:
        app.connection.execute(statement)
    with pytest.raises(errors.RaiseException, match=f"ran as {ROLE}"):
        app.connection.execute("select row('1')::app.own::text")
    start_capture(login, [Capture(SCHEMA, "mine", "users", "id")])
    app.connection.execute("insert into app.mine values (row('1'))")
    assert take(login) == {("users", None)}


def test_release_leaves_the_tables_as_they_were(app: App, login: psycopg.Connection) -> None:
    app.connection.execute(
        "create trigger own before update on app.users for each row"
        " execute function suppress_redundant_updates_trigger()"
    )
    before = read_fingerprint(login)
    start_capture(login, find_present(login, CAPTURES))
    assert read_fingerprint(login) != before
    assert find_uncaptured(login, CAPTURES) == []
    app.add_user()
    assert len(stop_capture(login)) == len(CAPTURES)
    assert list_triggers(login) == []
    assert read_fingerprint(login) == before


def test_triggers_that_the_app_dropped_or_turned_off_are_missed(
    app: App, capturing: psycopg.Connection
) -> None:
    assert start_capture(capturing, CAPTURES) == []
    app.connection.execute("alter table app.users disable trigger tat_users_delete")
    app.connection.execute("drop trigger tat_documents_insert on app.documents")
    lacking = find_uncaptured(capturing, CAPTURES)
    assert [capture.name for capture in lacking] == ["users", "documents"]
    start_capture(capturing, lacking)
    assert find_uncaptured(capturing, CAPTURES) == []


def test_tables_whose_writes_triggers_would_not_see_are_refused(
    app: App, login: psycopg.Connection
) -> None:
    app.connection.execute("drop table app.delegations")
    app.connection.execute("create view app.delegations as select 1")
    with pytest.raises(DatabaseError, match=r"app\.delegations is a view"):
        find_present(login, CAPTURES)
    app.connection.execute("drop view app.delegations")
    assert len(find_present(login, CAPTURES)) == len(CAPTURES) - 1


def test_tables_of_others_are_refused_with_the_statement_that_helps(
    admin: psycopg.Connection, login: psycopg.Connection
) -> None:
    admin.execute("alter table app.users owner to postgres")
    with pytest.raises(DatabaseError, match=r"grant \"postgres\" to \"turnaround\""):
        find_present(login, CAPTURES)


def test_tables_that_hide_rows_are_refused(app: App, login: psycopg.Connection) -> None:
    app.connection.execute("alter table app.users enable row level security")
    assert len(find_present(login, CAPTURES)) == len(CAPTURES)
    app.connection.execute("alter table app.users force row level security")
    with pytest.raises(DatabaseError, match=r"Row security hides rows of app\.users"):
        find_present(login, CAPTURES)
