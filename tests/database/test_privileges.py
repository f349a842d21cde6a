"""What each role may do, and above all what it may not."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors, sql

from database.connect import Database, connect, connect_as_superuser
from database.roles import BI, DBT, ENGINE, INGEST, OWNER

# All that analysts may call of the product; each of these only reads.
BI_MAY_CALL = {
    "after_microseconds",
    "as_of",
    "clock_readings",
    "crossing_time",
    "explain_details",
    "explain_level",
    "find_crossing_time",
    "find_earlier_time",
    "find_work_clock",
    "find_work_time",
    "list_thresholds",
    "microseconds_between",
    "threshold_time",
    "time_zone",
    "work_clock",
    "work_time",
}

FORBIDDEN = {
    BI: (
        "select * from workflow.users",
        "select * from workflow.approval_levels",
        "select * from tat.outbox",
        "select * from tat.delivery",
        "select * from tat.channel",
        "select * from tat.in_app_notification",
        "select * from workflow.delegations",
        "select * from tat.quarantine",
        "select * from tat.event",
        "select * from tat.source_change",
        "select * from tat.unwritten",
        "select tat.note_source_miss('users', 'none')",
        "select * from tat.level_clock",
        "select * from tat.setting",
        "select * from tat.installed_sql",
        "insert into tat.tat_alerts default values",
        "update tat.tat_alerts set notification_sent = true",
        "delete from tat.tat_alerts",
        "truncate tat.tat_alerts",
        "begin; lock table tat.tat_alerts in access exclusive mode",
        "select tat.mark_all_levels()",
        "select tat.derive_level_clocks('2100-01-01')",
        "select tat.refresh_calendars('2100-01-01')",
        "select tat.extend_calendars('1900-01-01', '2100-01-01')",
        "select tat.regenerate_calendar(1, '2020-01-01', '2021-01-01')",
        "select tat.lock_clocks()",
        "select tat.lock_stored_facts()",
        "select tat.refresh_stored_facts()",
        "select tat.refresh_statistics('users', 1)",
        "select tat.list_cycles('00000000-0000-0000-0000-000000000000')",
        "select tat.list_represented('00000000-0000-0000-0000-000000000000', now())",
        "select pg_advisory_lock(7280, 1)",
        "select pg_advisory_xact_lock_shared(7280, 1)",
        "select pg_try_advisory_lock(1)",
        "select lo_create(0)",
        "select lo_from_bytea(0, 'x')",
        "create temporary table mine (id integer)",
        "create domain pg_temp.text as pg_catalog.text",
        "create function pg_temp.mine() returns integer language sql as 'select 1'",
        "create table kpi.mine (id integer)",
        "create view reports.mine as select 1",
        "create table public.mine (id integer)",
        "create function tat.mine() returns integer language sql as 'select 1'",
        "create schema mine",
        "copy (select 1) to '/tmp/mine'",
        "copy (select 1) to program 'true'",
        "select pg_read_file('PG_VERSION')",
        "alter system set work_mem = '1GB'",
        "alter role tat_bi superuser",
        "create role mine",
        "set role tat_owner",
        "set session authorization tat_owner",
    ),
    INGEST: (
        "delete from workflow.users",
        "truncate workflow.activities",
        "insert into tat.tat_alerts default values",
        "update tat.delivery set state = 'sent'",
        "update tat.channel set url = 'smtp://elsewhere'",
        "update tat.level_clock set cycle = 2",
        "update tat.policy set seconds_per_tat_hour = 60",
        "delete from tat.quarantine",
        "update tat.event set answer = '{}'",
        "insert into tat.source_change (table_name) values ('users')",
        "delete from tat.adopted_schema",
        "delete from tat.unwritten",
        "insert into tat.suspended_reference values ('workflow.users', 'mine', 'check (true)')",
        "alter table workflow.activities drop constraint activities_request_id_fkey",
        "select tat.derive_level_clocks(now())",
        "select tat.mark_all_levels()",
        "create table tat.mine (id integer)",
        "create table workflow.mine (id integer)",
    ),
    ENGINE: (
        "update workflow.approval_levels set status = 'APPROVED'",
        "update workflow.users set email = ''",
        "delete from workflow.activities",
        "insert into workflow.users default values",
        "update tat.policy set seconds_per_tat_hour = 60",
        "update tat.channel set url = 'smtp://elsewhere'",
        "insert into workflow.delegations default values",
        "delete from tat.event",
        "delete from tat.source_change",
        "insert into tat.write_back values ('tat_alerts', 'app', 'mine', '{}')",
        "select tat.note_source_miss('users', 'none')",
        "select tat.refresh_statistics('users', 1)",
        "select tat.refresh_stored_facts()",
        "create table tat.mine (id integer)",
        "create table kpi.mine (id integer)",
    ),
    DBT: (
        "update workflow.users set email = ''",
        "insert into workflow.activities default values",
        "delete from workflow.level_pauses",
        "update tat.tat_alerts set notification_sent = true",
        "delete from tat.level_clock",
        "insert into tat.level_change (level_id, cause) select gen_random_uuid(), 'policy'",
        "update tat.daily_metrics_as_known set requests_created = 0",
        "select tat.derive_level_clocks(now())",
        "select tat.mark_all_levels()",
        "create table tat.mine (id integer)",
        "create table workflow.mine (id integer)",
    ),
}


@pytest.mark.parametrize(
    ("role", "statement"),
    [(role, statement) for role, statements in FORBIDDEN.items() for statement in statements],
)
def test_a_role_may_not(database: Database, role: str, statement: str) -> None:
    with (
        connect(database, role, autocommit=True) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


CALLABLE = """
    select distinct pg_proc.proname
    from pg_proc
    inner join pg_language on pg_language.oid = pg_proc.prolang
    where pg_proc.pronamespace = 'tat'::regnamespace
        and pg_language.lanname <> 'c'
        and has_function_privilege(%(role)s, pg_proc.oid, 'execute')
"""


def list_callable(connection: psycopg.Connection, role: str) -> set[str]:
    return {name for (name,) in connection.execute(CALLABLE, {"role": role})}


def test_analysts_may_call_what_is_listed(connection: psycopg.Connection) -> None:
    assert list_callable(connection, BI) == BI_MAY_CALL


def test_a_new_function_is_open_to_its_owner_only(connection: psycopg.Connection) -> None:
    connection.execute("create function tat.newcomer() returns integer language sql return 1")
    for role in (BI, INGEST, ENGINE, DBT):
        assert "newcomer" not in list_callable(connection, role)
    assert "newcomer" in list_callable(connection, OWNER)


def test_whatever_runs_as_its_owner_looks_in_temporary_schemas_last(
    connection: psycopg.Connection,
) -> None:
    rows = connection.execute(
        "select pg_proc.proname, array_to_string(pg_proc.proconfig, ';') as settings"
        " from pg_proc where pg_proc.pronamespace = 'tat'::regnamespace and pg_proc.prosecdef"
    ).fetchall()
    assert len(rows) > 30
    open_to_shadows = [
        name for name, settings in rows if "search_path=pg_catalog, pg_temp" not in str(settings)
    ]
    assert open_to_shadows == []


SHADOW = (
    "create function pg_temp.tell(anyelement) returns boolean language plpgsql"
    " as 'begin raise exception ''ran as %'', current_user; end'",
    "create domain pg_temp.text as pg_catalog.text check (pg_temp.tell(value))",
)
OUTSIDE_EVERY_SPAN = "select tat.work_clock(1, '1900-01-01')"


@pytest.fixture
def shadowing(database: Database) -> Iterator[psycopg.Connection]:
    """A session of an analyst who was allowed temporary objects and shadows a type by one."""
    assert database.home is not None
    with connect_as_superuser(database.home, database.name) as admin:
        name = sql.Identifier(database.name)
        admin.execute(sql.SQL("grant temporary on database {} to tat_bi").format(name))
    with connect(database, BI, autocommit=True) as analyst:
        for statement in SHADOW:
            analyst.execute(statement.encode())
        yield analyst


def test_a_shadowed_type_runs_nothing_as_the_owner(shadowing: psycopg.Connection) -> None:
    with pytest.raises(errors.DatetimeFieldOverflow, match="outside the generated span"):
        shadowing.execute(OUTSIDE_EVERY_SPAN)


def test_without_a_search_path_of_its_own_a_function_would_run_it(
    shadowing: psycopg.Connection, connection: psycopg.Connection
) -> None:
    connection.execute("alter function tat.work_clock(integer, timestamptz) reset search_path")
    with pytest.raises(errors.RaiseException, match="ran as tat_owner"):
        shadowing.execute(OUTSIDE_EVERY_SPAN)
