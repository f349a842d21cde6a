"""Views of models that are gone from the project: dbt leaves them where they are."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import errors, sql

from database.connect import Database, connect
from database.statements import Rows, fetch, load_statement
from orchestration.paths import DBT_MANIFEST

# A build drops those itself, once nothing reads or stores them.
DROPPED_BY_BUILDS = "intermediate"
# Whatever becomes of their models: others read these by their names.
KPI_VIEWS = (
    "vw_request_volume_summary",
    "vw_tat_compliance",
    "vw_approver_performance",
    "vw_tat_alerts_summary",
    "vw_department_summary",
    "vw_daily_kpi_metrics",
    "vw_workflow_aging",
    "vw_engagement_metrics",
)


def read_models() -> list[tuple[str, str]]:
    """Schema and name of each model of the project, as its manifest has them."""
    nodes = json.loads(DBT_MANIFEST.read_text(encoding="utf-8"))["nodes"].values()
    return [(node["schema"], node["alias"]) for node in nodes if node["resource_type"] == "model"]


def list_removed(connection: psycopg.Connection, models: Sequence[tuple[str, str]]) -> Rows:
    """The views and tables in the models' schemas that none of them makes, and what reads each."""
    parameters = {
        "schemas": sorted({schema for schema, _ in models} - {DROPPED_BY_BUILDS}),
        "models": [f"{schema}.{name}" for schema, name in models],
        "kept": list(KPI_VIEWS),
    }
    return fetch(connection, load_statement("orchestration", "list_removed_models"), parameters)


def find_removed(database: Database, *, drop: bool) -> Rows:
    """What removed models have left: schema, name, kind, readers, and whether it `is_dropped` now.

    With `drop`, all is dropped that nothing else reads. Raises psycopg.Error, and drops nothing,
    when a query holds one of them for more than ten seconds.
    """
    with connect(database, "tat_dbt") as connection:
        connection.execute("set lock_timeout = '10s'")
        removed = list_removed(connection, read_models())
        dropped = drop_unread(connection, removed) if drop else []
    return [{**row, "is_dropped": row in dropped} for row in removed]


def drop_unread(connection: psycopg.Connection, removed: Rows) -> Rows:
    """Drop what nothing reads, then what only that has read; return all of it."""
    dropped: list[Mapping[str, Any]] = []
    while found := [row for row in removed if row not in dropped and try_drop(connection, row)]:
        dropped.extend(found)
    return dropped


def try_drop(connection: psycopg.Connection, relation: Mapping[str, Any]) -> bool:
    """Drop a view or table, unless something depends on it; return whether it is gone."""
    command = sql.SQL("drop view {}" if relation["kind"] == "view" else "drop table {}")
    name = sql.Identifier(relation["schema_name"], relation["relation_name"])
    try:
        with connection.transaction():
            connection.execute(command.format(name))
    except errors.DependentObjectsStillExist:
        return False
    return True
