"""Views whose model is gone from the project are listed, and dropped when asked for."""

from collections.abc import Iterator

import psycopg
import pytest

from database.connect import Database, connect
from orchestration.paths import DBT_PROJECT_DIR, list_project_paths
from orchestration.warehouse.removed_models import (
    KPI_VIEWS,
    find_removed,
    list_removed,
    read_models,
)
from tests.kpi_views import VIEWS

# One that a dashboard's view reads, one that nothing does, and what dbt did not make.
LEFT = (
    "create view kpi.vw_old as select 1 as one",
    "create view reports.rpt_old as select * from kpi.vw_old",
    "create view marts.dim_old as select 1 as one",
    "create schema dev_ana_kpi",
    "create view dev_ana_kpi.reader as select * from marts.dim_old",
    "create view kpi.vw_tat_compliance as select 1 as one",
    "create view intermediate.int_old as select 1 as one",
    "create view staging.vw_x__renamed_7 as select 1 as one",
)


@pytest.fixture
def dbt(database: Database, parsed_project: None) -> Iterator[psycopg.Connection]:
    """dbt's role, in a database where an earlier version of the project was built."""
    with connect(database, "tat_owner", autocommit=True) as owner:
        owner.execute("create view kpi.somebodys as select 1 as one")
    with connect(database, "tat_dbt", autocommit=True) as connection:
        for statement in LEFT:
            connection.execute(statement.encode())
        yield connection


def list_views(connection: psycopg.Connection) -> set[str]:
    """The views that are there, of those above."""
    rows = connection.execute(
        "select schemaname || '.' || viewname from pg_views"
        " where viewname ~ '(old|reader|compliance|renamed_7|somebodys)$'"
    )
    return {row[0] for row in rows}


@pytest.mark.usefixtures("dbt")
def test_what_is_listed_is_left_alone(database: Database) -> None:
    found = {row["relation"]: row["read_by"] for row in find_removed(database, drop=False)}
    assert found == {
        "kpi.vw_old": "reports.rpt_old",
        "marts.dim_old": "dev_ana_kpi.reader",
        "reports.rpt_old": None,
    }
    assert find_removed(database, drop=False)


def test_what_nothing_else_reads_is_dropped(database: Database, dbt: psycopg.Connection) -> None:
    before = list_views(dbt)
    dropped = [row["relation"] for row in find_removed(database, drop=True) if row["is_dropped"]]
    assert dropped == ["kpi.vw_old", "reports.rpt_old"]
    assert before - list_views(dbt) == set(dropped)


def test_the_eight_views_stay_whatever_becomes_of_their_models(dbt: psycopg.Connection) -> None:
    assert set(KPI_VIEWS) == set(VIEWS)
    models = [(schema, name) for schema, name in read_models() if name not in VIEWS]
    listed = [row["relation"] for row in list_removed(dbt, [*models, ("kpi", "vw_new")])]
    assert "kpi.vw_old" in listed
    assert "kpi.vw_tat_compliance" not in listed


def test_a_folder_that_a_model_is_taken_from_makes_the_manifest_old() -> None:
    # Removing a file changes no other file, but the time of its folder.
    assert DBT_PROJECT_DIR / "models" / "marts" / "kpis" in set(list_project_paths())
