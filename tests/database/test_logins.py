"""Each role by a login of its own, where people want that."""

import psycopg
import pytest
from psycopg import errors, sql
from pydantic import SecretStr

from database.children import environment_for_children
from database.connect import (
    Database,
    DatabaseError,
    connect,
    connect_as_superuser,
    open_database,
)
from database.migrate import migrate_database
from database.roles import ENGINE, ROLES
from database.server import EmbeddedServer
from database.settings import Settings, SettingsError, load_settings
from tests.database.other_servers import PASSWORD, able_login, other_server

__all__ = ["able_login", "other_server"]


@pytest.fixture
def separate(other_server: EmbeddedServer, able_login: Database, settings: Settings) -> Settings:
    """Settings that give each role a login of its own beside that of the address."""
    logins = {}
    with connect_as_superuser(other_server.home) as admin:
        for role in ROLES:
            name = role.replace("tat_", "my_")
            command = sql.SQL("create role {} login password {}")
            admin.execute(command.format(sql.Identifier(name), sql.Literal(PASSWORD)))
            logins[role.removeprefix("tat_") + "_login"] = SecretStr(f"{name}:{PASSWORD}")
    return settings.model_copy(update={"database_url": SecretStr(able_login.url()), **logins})


def test_each_role_has_its_login_and_can_take_on_no_other(separate: Settings) -> None:
    database = open_database(separate)
    migrate_database(database, settings=separate)
    for role in ROLES:
        with connect(database, role, autocommit=True) as connection:
            found = connection.execute("select session_user, current_user").fetchone()
            assert found == (role.replace("tat_", "my_"), role)
            for other in set(ROLES) - {role}:
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(sql.SQL("set role {}").format(sql.Identifier(other)))
    migrate_database(database, settings=separate)


def test_dbt_and_analysts_get_theirs(separate: Settings) -> None:
    database = open_database(separate)
    migrate_database(database, settings=separate)
    assert environment_for_children(database)["TAT_PG_USER"] == "my_dbt"
    address = database.bi_url()
    assert address is not None
    with psycopg.connect(address) as analyst:
        assert analyst.execute("select session_user").fetchone() == ("my_bi",)


def test_a_login_that_is_not_there_is_named(separate: Settings) -> None:
    wrong = separate.model_copy(update={"engine_login": SecretStr("nobody:secret-word")})
    with pytest.raises((DatabaseError, psycopg.Error), match="nobody") as failed:
        migrate_database(open_database(wrong), settings=wrong)
    assert "secret-word" not in str(failed.value)


def test_a_login_is_a_user_and_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAT_ENGINE_LOGIN", "engine:pass:word")
    assert load_settings().logins == {ENGINE: ("engine", "pass:word")}
    monkeypatch.setenv("TAT_ENGINE_LOGIN", "only-a-password")
    with pytest.raises(SettingsError, match="TAT_ENGINE_LOGIN is wrong") as wrong:
        load_settings()
    assert "only-a-password" not in str(wrong.value)
