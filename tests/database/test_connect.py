"""Connections, roles and set-up, on the embedded server and behind TAT_DATABASE_URL."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

import database.connect
from database.children import environment_for_children
from database.connect import (
    ROLES,
    Database,
    DatabaseError,
    connect,
    connect_as_superuser,
    database_name_for,
    ensure_roles,
    make_bi_login,
    open_database,
    prepare_database,
    remember_database,
)
from database.roles import BI, BI_CONNECTIONS, DBT, LOGIN, LOGIN_ROLES, plan_setup
from database.server import EmbeddedServer
from database.server.postmaster import find_postmaster
from database.settings import Settings
from tests.database.other_servers import (
    PASSWORD,
    able_login,
    describe,
    other_server,
    plain_login,
)

__all__ = ["able_login", "other_server", "plain_login"]


def with_url(settings: Settings, url: str) -> Settings:
    return settings.model_copy(update={"database_url": SecretStr(url)})


def settings_of(server: EmbeddedServer, settings: Settings) -> Settings:
    return settings.model_copy(update={"home": server.home})


def act_in_each_role(database: Database) -> list[str]:
    found = []
    for role in ROLES:
        with connect(database, role) as connection:
            row = connection.execute("select current_user").fetchone()
            assert row is not None
            found.append(row[0])
    return found


def test_connections_start_in_their_role(database: Database) -> None:
    assert act_in_each_role(database) == list(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_addresses_start_in_their_role(database: Database, role: str) -> None:
    with psycopg.connect(database.url(role)) as connection:
        assert connection.execute("select current_user").fetchone() == (role,)


def test_no_login_is_superuser(connection: psycopg.Connection) -> None:
    query = """
        select array_agg(rolname::text order by rolname)
        from pg_roles where rolname = any(%(names)s) and not rolsuper and not rolcreaterole
    """
    expected = sorted([LOGIN, *ROLES])
    assert connection.execute(query, {"names": expected}).fetchone() == (expected,)


def test_the_search_path_finds_kpis_first(database: Database) -> None:
    with connect(database, BI) as connection:
        path = connection.execute("show search_path").fetchone()
    assert path == ("kpi, reports, tat, workflow, marts, public",)


@pytest.mark.parametrize("role", [*LOGIN_ROLES, LOGIN, "postgres"])
def test_analysts_cannot_become_anyone_else(database: Database, role: str) -> None:
    with (
        psycopg.connect(database.bi_url() or "") as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))


def test_analysts_who_change_their_own_login_lock_nobody_out(
    own_server: EmbeddedServer, settings: Settings
) -> None:
    own = settings_of(own_server, settings)
    prepare_database(open_database(own))
    with psycopg.connect(open_database(own).bi_url() or "", autocommit=True) as analyst:
        analyst.execute("alter role tat_bi password 'mine'")
        analyst.execute("alter role tat_bi set statement_timeout = 0")
        analyst.execute("alter role tat_bi set search_path = nowhere")
    with psycopg.connect(open_database(own).bi_url() or "") as analyst:
        assert analyst.execute("show statement_timeout").fetchone() == ("5min",)
        assert analyst.execute("show temp_file_limit").fetchone() == ("8GB",)
        assert analyst.execute("show search_path").fetchone() != ("nowhere",)
        with pytest.raises(errors.InsufficientPrivilege):
            analyst.execute("set temp_file_limit = -1")


def test_analysts_have_so_many_connections_and_the_engine_has_its_own(
    own_server: EmbeddedServer, settings: Settings
) -> None:
    database = open_database(settings_of(own_server, settings))
    prepare_database(database)
    with ExitStack() as stack:
        for _ in range(BI_CONNECTIONS):
            stack.enter_context(psycopg.connect(database.bi_url() or ""))
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            psycopg.connect(database.bi_url() or "")
        with connect(database, "tat_engine") as engine:
            assert engine.execute("select current_user").fetchone() == ("tat_engine",)


def test_an_unknown_role_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="none of the roles"):
        connect(database, "postgres")


def test_connections_carry_their_name(database: Database) -> None:
    with connect(database, "tat_engine", application_name="tat tick") as connection:
        row = connection.execute("show application_name").fetchone()
        assert row == ("tat tick",)
        assert not connection.autocommit


def test_preparing_again_finds_nothing_to_do(database: Database, server: EmbeddedServer) -> None:
    prepare_database(database)
    prepare_database(database)
    with connect_as_superuser(server.home, database.name) as admin:
        assert plan_setup(admin, LOGIN, LOGIN_ROLES) == []


def test_lost_passwords_are_replaced(own_server: EmbeddedServer, settings: Settings) -> None:
    own = settings_of(own_server, settings)
    before = open_database(own)
    prepare_database(before)
    for login in (LOGIN, BI):
        own_server.files.secret(login).unlink()
    after = open_database(own)
    assert after.password != before.password
    assert act_in_each_role(after) == list(ROLES)


def test_many_first_set_ups_at_once(own_server: EmbeddedServer, settings: Settings) -> None:
    own = settings_of(own_server, settings)
    own_server.ensure_running()

    def set_up(number: int) -> list[str]:
        database = open_database(own, f"db_{number % 3}")
        prepare_database(database)
        return act_in_each_role(database)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(set_up, range(6))) == [list(ROLES)] * 6


def test_many_create_the_roles_at_once(own_server: EmbeddedServer) -> None:
    own_server.ensure_running()
    admins = [connect_as_superuser(own_server.home) for _ in range(6)]
    try:
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(ensure_roles, admins))
        query = "select count(*) from pg_roles where rolname = any(%(roles)s)"
        row = admins[0].execute(query, {"roles": list(ROLES)}).fetchone()
        assert row == (len(ROLES),)
    finally:
        for admin in admins:
            admin.close()


def test_the_remembered_database_is_opened(own_server: EmbeddedServer, settings: Settings) -> None:
    own = settings_of(own_server, settings)
    assert open_database(own).name == "turnaround"
    remember_database(own, "second_one")
    assert open_database(own).name == "second_one"
    assert open_database(own, "third_one").name == "third_one"
    assert open_database(own).name == "second_one"


def test_a_database_that_is_not_there_is_made_only_if_asked_for(
    own_server: EmbeddedServer, settings: Settings
) -> None:
    own = settings_of(own_server, settings)
    own_server.ensure_running()
    with pytest.raises(DatabaseError, match="no database turnaround in"):
        open_database(own, create=False)
    open_database(own)
    assert open_database(own, create=False).name == "turnaround"


def test_a_killed_server_is_back_at_the_next_connection(
    own_server: EmbeddedServer, settings: Settings
) -> None:
    database = open_database(settings_of(own_server, settings))
    prepare_database(database)
    postmaster = find_postmaster(own_server.files)
    assert postmaster is not None
    os.kill(postmaster.pid, signal.SIGKILL)
    with connect(database, "tat_engine") as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_connecting_does_not_start_a_stopped_server(
    own_server: EmbeddedServer, settings: Settings
) -> None:
    database = open_database(settings_of(own_server, settings))
    own_server.stop()
    with pytest.raises(DatabaseError, match="Can't connect"):
        connect(database, "tat_engine")
    assert own_server.find_ready() is None


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("bpic2020_rfp", "bpic2020_rfp"),
        ("/data/BPIC 2020 (RfP)/", "bpic_2020_rfp"),
        (Path("bundles/Año-nuevo"), "a_o_nuevo"),
        ("2020", "tat_2020"),
        ("postgres", "tat_postgres"),
        ("x" * 100, "x" * 63),
    ],
)
def test_database_names_are_derived(given_name: str | Path, expected: str) -> None:
    assert database_name_for(given_name) == expected


@given(st.text(max_size=80))
def test_a_derived_name_derives_to_itself(text: str) -> None:
    try:
        name = database_name_for(text)
    except DatabaseError:
        last = Path(text).name.lower()
        assert not any(character.isascii() and character.isalnum() for character in last)
    else:
        assert database_name_for(name) == name


@pytest.mark.parametrize("name", ["", "Upper", "with space", "template0", "9lives", "x" * 64])
def test_other_names_are_refused(name: str, settings: Settings) -> None:
    with pytest.raises(DatabaseError, match="can't name a database"):
        remember_database(settings, name)


def test_a_database_does_not_show_its_password(database: Database) -> None:
    assert database.password
    assert database.password not in repr(database) + str(database)


def test_children_get_the_address(database: Database) -> None:
    assert environment_for_children(database) == {
        "TAT_PG_HOST": "127.0.0.1",
        "TAT_PG_PORT": str(database.port),
        "TAT_PG_USER": LOGIN,
        "TAT_PG_PASSWORD": database.password,
        "TAT_PG_DBNAME": database.name,
        "PGSSLMODE": "disable",
    }


def test_children_get_what_else_the_address_says(database: Database) -> None:
    strict = replace(database, parameters=(("sslmode", "verify-full"), ("sslrootcert", "/ca")))
    variables = environment_for_children(strict)
    assert variables["PGSSLMODE"] == "verify-full"
    assert variables["PGSSLROOTCERT"] == "/ca"


@pytest.mark.parametrize("host", ["127.0.0.1", "db.example.com", "::1", "/var/run/postgresql"])
@pytest.mark.parametrize("role", [None, "tat_engine"])
def test_address_and_connection_string_say_the_same(host: str, role: str | None) -> None:
    parameters = (("options", "-c statement_timeout=5s"), ("sslmode", "require"))
    database = Database(host, 5433, "a b/c", "us:er@x", PASSWORD, parameters)
    assert conninfo_to_dict(database.url(role)) == conninfo_to_dict(database.conninfo(role))
    options = conninfo_to_dict(database.url(role))["options"]
    assert options == "-c statement_timeout=5s" + (f" -c role={role}" if role else "")


def test_an_able_login_sets_everything_up(able_login: Database, settings: Settings) -> None:
    external = with_url(settings, f"{able_login.url()}?connect_timeout=7")
    database = open_database(external, "plays_no_part")
    assert not database.is_embedded
    assert database.bi_url() is None
    assert (database.name, database.user, database.password) == ("able", "able", PASSWORD)
    assert ("connect_timeout", "7") in database.parameters
    prepare_database(database)
    prepare_database(database)
    assert act_in_each_role(database) == list(ROLES)
    with connect(database, "tat_owner") as connection:
        assert connection.execute("show search_path").fetchone() == (
            "kpi, reports, tat, workflow, marts, public",
        )
        connection.execute("create schema kpi")


def test_a_database_that_an_app_uses_keeps_its_search_path(
    able_login: Database, settings: Settings
) -> None:
    with psycopg.connect(able_login.conninfo(), autocommit=True) as app:
        app.execute("create table public.users (id integer)")
    database = open_database(with_url(settings, able_login.url()))
    prepare_database(database)
    with psycopg.connect(able_login.conninfo()) as app:
        assert app.execute("show search_path").fetchone() == ('"$user", public',)
    with connect(database, BI) as analyst:
        assert analyst.execute("show search_path").fetchone() == (
            "kpi,reports,tat,workflow,marts,public",
        )
    with psycopg.connect(make_bi_login(database).conninfo()) as analyst:
        assert analyst.execute("show search_path").fetchone() == (
            "kpi, reports, tat, workflow, marts, public",
        )


def test_analysts_get_a_login_that_can_only_read(able_login: Database, settings: Settings) -> None:
    database = open_database(with_url(settings, able_login.url()))
    prepare_database(database)
    with connect(database, "tat_owner") as connection:
        connection.execute("create schema kpi")
        connection.execute("create table kpi.seen as select 1 as one")
        connection.execute("grant usage on schema kpi to tat_bi")
        connection.execute("grant select on kpi.seen to tat_bi")
        connection.execute("create table kpi.hidden as select 1 as one")
    make_bi_login(database)
    login = make_bi_login(database)
    with psycopg.connect(login.url(), autocommit=True) as analyst:
        assert analyst.execute("select one from seen").fetchone() == (1,)
        for statement in ("table hidden", "set role tat_owner", "set role able", "drop table seen"):
            with pytest.raises(errors.InsufficientPrivilege):
                analyst.execute(statement.encode())


def test_an_administrator_is_told_how_to_make_the_analysts_login(
    plain_login: Database, settings: Settings
) -> None:
    database = open_database(with_url(settings, plain_login.url()))
    with pytest.raises(DatabaseError, match="create role") as caught:
        make_bi_login(database)
    assert "SCRAM-SHA-256" in str(caught.value)


def test_a_plain_login_is_told_what_an_administrator_must_run(
    other_server: EmbeddedServer, plain_login: Database, settings: Settings
) -> None:
    database = open_database(with_url(settings, plain_login.url()))
    with pytest.raises(DatabaseError) as caught:
        prepare_database(database)
    first, *statements = str(caught.value).splitlines()
    assert "plain may not set up the database plain" in first
    assert len(statements) == len(ROLES) + 3
    with connect_as_superuser(other_server.home, "plain") as admin:
        for statement in statements:
            admin.execute(statement.encode())
    prepare_database(database)
    assert act_in_each_role(database) == list(ROLES)
    with connect(database, DBT) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("create schema dev_ana_kpi")


def test_dbt_may_create_schemas_where_the_login_can_allow_it(
    able_login: Database, settings: Settings
) -> None:
    database = open_database(with_url(settings, able_login.url()))
    prepare_database(database)
    with connect(database, DBT) as connection:
        connection.execute("create schema dev_ana_kpi")
    prepare_database(database)


def test_a_wrong_password_behind_the_address(
    other_server: EmbeddedServer, settings: Settings
) -> None:
    wrong = describe(other_server.ensure_running(), "postgres", "wr0ng-word")
    with pytest.raises(DatabaseError, match="password authentication failed") as caught:
        open_database(with_url(settings, wrong.url()))
    assert "TAT_DATABASE_URL" in str(caught.value)
    assert "wr0ng-word" not in str(caught.value)


def test_an_unreachable_address(own_server: EmbeddedServer, settings: Settings) -> None:
    address = own_server.ensure_running()
    own_server.stop()
    with pytest.raises(DatabaseError, match=r"TAT_DATABASE_URL.*[Cc]onnection refused"):
        open_database(with_url(settings, describe(address, "postgres", "any").url()))


def test_an_old_server_is_refused(
    server: EmbeddedServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database.connect, "OLDEST_MAJOR", server.binaries.major + 1)
    address = server.ensure_running()
    url = describe(address, address.superuser, address.password).url()
    with pytest.raises(DatabaseError, match="or newer is needed"):
        open_database(with_url(settings, url))
