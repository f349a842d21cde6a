"""Only the target prod writes the live schemas; what others build is theirs alone."""

from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import errors, sql

from database.connect import connect
from database.statements import fetch
from tests.dbt.test_replacing import APPROVE_ALL
from tests.dbt.warehouse import THURSDAY_NOON, Query, Warehouse, ask_at
from tests.kpi_views import VIEWS

ONE_VIEW = ("run", "--select", "vw_tat_compliance")
# All that a build writes: relations and their rows, what is stored, what waits, what is tested.
LIVE_STATE: Query = (
    "select pg_class.oid::regclass::text as name, relfilenode::text as rows, relacl::text,"
    " pg_rewrite.oid::text as definition"
    " from pg_class left join pg_rewrite on pg_rewrite.ev_class = pg_class.oid"
    " where relnamespace::regnamespace::text"
    " in ('staging', 'intermediate', 'marts', 'kpi', 'reports')"
    " union all select stored_relation, stored_fact::text, '', '' from tat.stored_fact"
    " union all select request_id::text, 'changed', '', '' from tat.request_change"
    " union all select request_id::text, 'untested', tested_by, '' from tat.untested_request"
    " order by 1, 2, 3, 4"
)


def read_state(warehouse: Warehouse) -> list[dict[str, object]]:
    """All that is live, in one order."""
    with connect(warehouse.database, "tat_owner") as connection:
        return fetch(connection, LIVE_STATE)


def read_views_of(warehouse: Warehouse, schema: str) -> dict[str, list[str]]:
    """All rows of the eight views in a schema, as dbt's role reads them."""
    with connect(warehouse.database, "tat_dbt") as connection:
        return {
            view: sorted(
                str(row)
                for row in ask_at(
                    connection,
                    sql.SQL("select * from {}").format(sql.Identifier(schema, view)),
                    THURSDAY_NOON,
                )
            )
            for view in VIEWS
        }


def list_own_schemas(warehouse: Warehouse) -> list[str]:
    """The schemas that are not live."""
    rows = warehouse.ask(
        "select nspname as name from pg_namespace where nspname ~ '^(dev|ci)_' order by 1"
    )
    return [row["name"] for row in rows]


@pytest.fixture(scope="module")
def dev_target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt keeps what it parsed for the target dev."""
    return tmp_path_factory.mktemp("dev_target")


@pytest.fixture
def developer(own_warehouse: Warehouse, dev_target: Path) -> Warehouse:
    """The warehouse as a developer's plain dbt meets it, while changed requests wait."""
    own_warehouse.change(APPROVE_ALL)
    variables = {"DBT_TARGET": "dev", "TAT_DEV_NAME": "Ana.Lopez"}
    return replace(own_warehouse, target=dev_target, variables=variables)


def test_a_developers_views_answer_as_the_live_ones_and_leave_them_alone(
    own_warehouse: Warehouse, developer: Warehouse
) -> None:
    before = read_state(own_warehouse)
    developer.run_dbt("run")
    developer.run_dbt("test", "--select", "int_levels_stored")
    assert read_state(own_warehouse) == before
    live = read_views_of(own_warehouse, "kpi")
    assert all(live.values())
    assert read_views_of(developer, "dev_ana_lopez_kpi") == live
    with pytest.raises(errors.InsufficientPrivilege):
        own_warehouse.ask("select from dev_ana_lopez_kpi.vw_tat_compliance")


def test_a_developer_builds_views_without_rows(
    own_warehouse: Warehouse, developer: Warehouse
) -> None:
    before = read_state(own_warehouse)
    developer.run_dbt("build", "--exclude-resource-type", "unit_test", "--empty")
    assert read_state(own_warehouse) == before
    assert not any(read_views_of(developer, "dev_ana_lopez_kpi").values())


def test_a_developer_borrows_the_live_models_and_drops_what_is_theirs(
    own_warehouse: Warehouse, developer: Warehouse
) -> None:
    state = ("--state", str(own_warehouse.target))
    before = read_state(own_warehouse)
    developer.run_dbt(*ONE_VIEW, "--defer", *state)
    assert list_own_schemas(developer) == ["dev_ana_lopez_kpi"]
    developer.run_dbt("clone", *state)
    assert read_views_of(developer, "dev_ana_lopez_kpi") == read_views_of(developer, "kpi")
    developer.run_dbt("run-operation", "drop_own_schemas")
    assert list_own_schemas(developer) == []
    assert read_state(own_warehouse) == before


def test_a_run_that_failed_is_retried_where_it_ran(
    own_warehouse: Warehouse, developer: Warehouse
) -> None:
    in_the_way = "dev_ana_lopez_kpi.vw_tat_compliance"
    with connect(own_warehouse.database, "tat_dbt", autocommit=True) as connection:
        connection.execute("create schema dev_ana_lopez_kpi")
        connection.execute(f"create type {in_the_way} as (one integer)".encode())
        state = ("--defer", "--state", str(own_warehouse.target))
        assert developer.try_dbt(*ONE_VIEW, *state).returncode == 1
        connection.execute(f"drop type {in_the_way}".encode())
        developer.run_dbt("retry")
        assert connection.execute(f"select from {in_the_way}".encode()).rowcount > 0


def test_live_views_are_replaced_by_views_of_all_rows_only(own_warehouse: Warehouse) -> None:
    before = read_state(own_warehouse)
    state = ("--state", str(own_warehouse.target))
    for arguments, word in (
        (("run", "--empty"), "--empty"),
        (("build", "--sample", "7 days"), "--sample"),
        (("run", "--defer", *state), "--defer"),
        (("clone", "--full-refresh", *state), "clone"),
        (("run-operation", "drop_own_schemas"), "not dropped"),
    ):
        done = own_warehouse.try_dbt(*arguments)
        assert done.returncode == 1
        assert word in done.stdout
    assert read_state(own_warehouse) == before


def test_a_target_without_a_name_of_its_own_builds_nothing(
    own_warehouse: Warehouse, tmp_path: Path
) -> None:
    job = replace(own_warehouse, target=tmp_path)
    done = job.try_dbt("parse", DBT_TARGET="ci", TAT_CI_NAME="")
    assert done.returncode == 1
    assert "Set TAT_CI_NAME" in done.stdout
