"""An app and Turnaround in one database of others: the oldest version there is, and ours."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from database.connect import Database, connect, connect_as_superuser, open_database
from database.migrate import migrate_database
from database.server import EmbeddedServer
from database.settings import Settings
from ingestion.following.adopting import Adoption, adopt_schema, list_captures, release_schema
from ingestion.following.tables import read_contract_tables
from orchestration.sourcing import follow
from orchestration.write_back.running import run_write_back
from orchestration.write_back.targets import ALERTS, LEVELS, find_target, switch_on
from tests.alerts.workflow import Engine, january
from tests.database.other_servers import able_login, other_server
from tests.shared_database.app import ROLE, SCHEMA, App, create_tables, read_fingerprint

__all__ = ["able_login", "other_server"]

pytestmark = pytest.mark.slow

FLAGS = ("tat50_alert_sent", "tat75_alert_sent", "tat_breached")


@pytest.fixture
def app(other_server: EmbeddedServer, able_login: Database) -> Iterator[App]:
    """The app's role, its tables, and the app at work; our login may act for it."""
    with connect_as_superuser(other_server.home, able_login.name) as admin:
        role = sql.Identifier(ROLE)
        admin.execute(sql.SQL("create role {} login").format(role))
        create_tables(admin)
        for flag in FLAGS:
            add = sql.SQL("alter table app.approval_levels add {} boolean not null default false")
            admin.execute(add.format(sql.Identifier(flag)))
        admin.execute(
            "create table app.tat_alerts (alert_id uuid primary key, level_id uuid,"
            " alert_type text, seen boolean)"
        )
        admin.execute(sql.SQL("alter schema app owner to {}").format(role))
        tables = admin.execute("select tablename from pg_tables where schemaname = 'app'")
        for (name,) in tables.fetchall():
            owner = sql.SQL("alter table {} owner to {}")
            admin.execute(owner.format(sql.Identifier(SCHEMA, name), role))
        admin.execute(sql.SQL("grant {} to {}").format(role, sql.Identifier(able_login.user)))
        admin.execute(sql.SQL("set role {}").format(role))
        yield App(admin)


def test_from_nothing_to_alerts_in_the_apps_tables_and_back(
    app: App, able_login: Database, settings: Settings
) -> None:
    settings = settings.model_copy(update={"database_url": SecretStr(able_login.url())})
    before = read_fingerprint(app.connection)
    user = app.add_user()
    level = app.add_level(app.add_request(user), user)
    database = open_database(settings)
    migrate_database(database, settings=settings)
    tables = read_contract_tables(SCHEMA)
    captures = list_captures(Adoption(SCHEMA, is_replicated=False), tables)
    with (
        psycopg.connect(database.conninfo(), autocommit=True) as login,
        connect(database, "tat_owner", autocommit=True) as owner,
        connect(database, "tat_engine", autocommit=True) as engine,
    ):
        adopt_schema(login, owner, captures, SCHEMA)
        targets = [
            find_target(login, ALERTS, SCHEMA, "tat_alerts"),
            find_target(login, LEVELS, SCHEMA, "approval_levels"),
        ]
        switch_on(owner, targets, with_past=False)
        assert follow(database, settings, seconds=60).loaded.rows_loaded == 3
        Engine(engine).tick(january(6, 17, 1))
        report = run_write_back(database, settings, seconds=10)
        assert report is not None
        assert (report.alerts, report.levels, report.refused) == (2, 1, 0)
        app.connection.execute("update app.approval_levels set status = 'APPROVED'")
        app.connection.execute("truncate app.documents")
        assert follow(database, settings, seconds=60).loaded.rows_loaded == 1
        release_schema(login, owner)
    assert read_fingerprint(app.connection) == before
    alerts = app.connection.execute("select level_id, alert_type from app.tat_alerts order by 2")
    assert alerts.fetchall() == [(level, "TAT_50"), (level, "TAT_75")]
    flags = "select tat50_alert_sent, tat75_alert_sent, tat_breached from app.approval_levels"
    assert app.connection.execute(flags).fetchall() == [(True, True, False)]


def test_the_apps_own_names_are_found_as_before(
    app: App, able_login: Database, settings: Settings
) -> None:
    settings = settings.model_copy(update={"database_url": SecretStr(able_login.url())})
    query = "select current_schemas(false)"
    with psycopg.connect(able_login.conninfo()) as same_login:
        before = same_login.execute(query).fetchall()
    migrate_database(open_database(settings), settings=settings)
    with psycopg.connect(able_login.conninfo()) as same_login:
        assert same_login.execute(query).fetchall() == before
