"""An app with other tables, names and keys, in one database with the warehouse: by its mapping."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from database.connect import Database
from database.settings import Settings
from ingestion.contract import find_table
from ingestion.following.adopting import Adoption, adopt_schema
from ingestion.following.capturing import Capture
from ingestion.following.shape import Shape
from orchestration.adoption import list_faults
from orchestration.capturing import choose_captures
from orchestration.sourcing import choose_tables, follow
from orchestration.write_back.keys import read_mapped_keys
from orchestration.write_back.running import run_write_back
from orchestration.write_back.targets import find_target, switch_on
from tests.alerts.workflow import Engine, january
from tests.digests import CHECKOUT

EXAMPLE = CHECKOUT / "docs" / "examples" / "sequelize"
ADOPTION = Adoption("public", is_replicated=False)
ROWS = """
    insert into "Users" (email, "firstName", "lastName", "createdAt", "updatedAt")
    values ('ada@example.com', 'Ada', 'Stone', '2026-01-05', '2026-01-05');

    insert into "ApprovalRequests" (
        "requestNumber", "requesterId", title, priority, status, "createdAt", "updatedAt"
    )
    values ('REQ-1', 1, 'Laptop', 'standard', 'inReview', '2026-01-05', '2026-01-05');

    insert into "ApprovalLevels" (
        "requestId", "order", "approverId", status, "tatMinutes", "startedAt", "createdAt",
        "updatedAt"
    )
    select 1, number, 1, 'active', 960, '2026-01-05 14:00+05:30', '2026-01-05', '2026-01-05'
    from generate_series(1, 3) as number;

    insert into "Watchers" ("requestId", "userId", "createdAt") values (1, 1, '2026-01-05')
"""
LEVELS = "select level_number, status, comments from workflow.approval_levels order by 1"


@pytest.fixture
def mapped(settings: Settings) -> Settings:
    """Settings that name the mapping."""
    return settings.model_copy(update={"source_mapping": EXAMPLE / "mapping.yaml"})


@pytest.fixture
def app(connection: psycopg.Connection) -> psycopg.Connection:
    """The app at work, whose tables stand in public."""
    connection.execute("set search_path = public")
    connection.execute((EXAMPLE / "schema.sql").read_bytes())
    connection.execute(ROWS.encode())
    return connection


@pytest.fixture
def captures(
    app: psycopg.Connection, database: Database, mapped: Settings
) -> Iterator[list[Capture]]:
    """The app's tables, followed by triggers from now on."""
    found = list(choose_captures(mapped, database.conninfo(), ADOPTION))
    with psycopg.connect(database.conninfo(), autocommit=True) as login:
        adopt_schema(login, app, found, "public")
        yield found


@pytest.fixture
def follow_app(database: Database, mapped: Settings) -> Callable[[], int]:
    def follow_once() -> int:
        report = follow(database, mapped, seconds=60)
        assert report.faults == {}
        return report.loaded.rows_loaded + report.loaded.rows_gone

    return follow_once


def read(app: psycopg.Connection, query: str) -> list[tuple[Any, ...]]:
    return app.execute(query.encode()).fetchall()


def test_keys_are_noted_where_the_contracts_are_made_of_one_column(
    captures: list[Capture],
) -> None:
    noted = {(capture.name, capture.table, capture.key) for capture in captures}
    assert noted == {
        ("Users", "users", "id"),
        ("ApprovalRequests", "workflow_requests", "id"),
        ("ApprovalLevels", "approval_levels", "id"),
        ("Watchers", "participants", None),
        ("LevelHolds", "level_pauses", "id"),
    }


def test_changes_follow_by_the_apps_own_keys(
    app: psycopg.Connection,
    captures: list[Capture],
    follow_app: Callable[[], int],
    database: Database,
    mapped: Settings,
) -> None:
    assert follow_app() == 6
    app.execute("update \"ApprovalLevels\" set remarks = 'mine' where id = 2")
    app.execute('delete from "ApprovalLevels" where id = 3')
    assert read(app, "select table_name, row_key from tat.source_change order by 2") == [
        ("approval_levels", "2"),
        ("approval_levels", "3"),
    ]
    assert follow_app() == 2
    assert read(app, LEVELS) == [
        (1, "IN_PROGRESS", None),
        (2, "IN_PROGRESS", "mine"),
        (3, "SKIPPED", None),
    ]
    assert read(app, "select count(*) from tat.source_change") == [(0,)]
    assert list_faults(database, mapped) == []


def test_a_table_whose_key_is_several_columns_is_compared_when_it_is_written(
    app: psycopg.Connection, captures: list[Capture], follow_app: Callable[[], int]
) -> None:
    follow_app()
    app.execute('delete from "Watchers"')
    assert read(app, "select row_key from tat.source_change") == [(None,)]
    assert follow_app() == 1
    assert read(app, "select count(*) from workflow.participants") == [(0,)]
    assert follow_app() == 0


def test_rows_are_read_by_the_index_of_the_apps_own_key(
    app: psycopg.Connection, captures: list[Capture], database: Database, mapped: Settings
) -> None:
    app.execute(
        'insert into "Users" (email, "createdAt", "updatedAt")'
        " select number::text, now(), now() from generate_series(1, 5000) as number"
    )
    app.execute('analyze "Users"')
    (users,) = [capture for capture in captures if capture.table == "users"]
    assert users.keys is not None
    (table,) = [
        table for table in choose_tables(mapped, database.conninfo()) if table.table == "users"
    ]
    shape = users.keys.narrow(Shape(table, find_table("users")), ["1", "2"])
    explain = sql.SQL("explain select * from {} as one")
    plan = app.execute(explain.format(sql.SQL(shape.source.relation))).fetchall()
    assert '"Users_pkey"' in str(plan)
    assert "Seq Scan" not in str(plan)


def test_a_table_that_the_app_made_anew_is_told_of(
    app: psycopg.Connection,
    captures: list[Capture],
    follow_app: Callable[[], int],
    database: Database,
    mapped: Settings,
) -> None:
    follow_app()
    app.execute('drop trigger tat_users_insert on "Users"')
    (fault,) = list_faults(database, mapped)
    assert fault.startswith("Users lack triggers")
    assert "`tat source adopt public`" in fault


ALERTS = """
    create table "TatAlerts" (
        id serial primary key,
        "alertId" uuid not null unique,
        "requestId" integer not null references "ApprovalRequests",
        "levelId" integer not null references "ApprovalLevels" on delete cascade,
        "approverId" integer references "Users",
        "alertType" varchar(20) not null,
        "alertSentAt" timestamptz not null,
        metadata jsonb
    );
    alter table "ApprovalLevels" add "tatBreached" boolean not null default false
"""


def test_alerts_and_flags_are_written_by_the_apps_own_keys(
    app: psycopg.Connection,
    captures: list[Capture],
    follow_app: Callable[[], int],
    database: Database,
    mapped: Settings,
    engine: Engine,
) -> None:
    app.execute(ALERTS.encode())
    keys = read_mapped_keys(mapped, database.conninfo())
    assert (keys.levels, keys.level_key) == ("ApprovalLevels", "id")
    with psycopg.connect(database.conninfo(), autocommit=True) as login:
        targets = [
            find_target(login, "tat_alerts", "public", "TatAlerts", keys),
            find_target(login, "approval_levels", "public", "ApprovalLevels", keys),
        ]
    switch_on(app, targets, with_past=False)
    follow_app()
    app.execute('delete from "ApprovalLevels" where id = 3')
    engine.tick(january(8, 9))
    report = run_write_back(database, mapped, seconds=10)
    assert report is not None
    # What the app deleted meanwhile is not missed there.
    assert (report.alerts, report.levels, report.refused) == (6, 2, 0)
    written = (
        'select "requestId", "levelId", "approverId", "alertType" from "TatAlerts" order by 2, 4'
    )
    assert read(app, written) == [
        (1, level, 1, alert_type)
        for level in (1, 2)
        for alert_type in ("TAT_100", "TAT_50", "TAT_75")
    ]
    assert read(app, 'select id, "tatBreached" from "ApprovalLevels" order by 1') == [
        (1, True),
        (2, True),
    ]
