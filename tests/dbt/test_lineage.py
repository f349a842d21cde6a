"""The columns of the built models, and where the views' columns come from in the end."""

import json
from pathlib import Path
from typing import Any

import pytest

from database.connect import connect
from orchestration.defs.transform.columns import describe_columns, fetch_columns, name_relation
from orchestration.warehouse.lineage import Columns, ColumnSource, trace_columns
from tests.dbt.warehouse import Warehouse

Lineage = dict[ColumnSource, list[ColumnSource]]


@pytest.fixture(scope="module")
def manifest(warehouse: Warehouse) -> dict[str, Any]:
    return dict(json.loads((warehouse.target / "manifest.json").read_text()))


@pytest.fixture(scope="module")
def columns(warehouse: Warehouse, manifest: dict[str, Any]) -> Columns:
    """What the database has: the columns of every model and source."""
    nodes = [*list_models(manifest), *manifest["sources"].values()]
    with connect(warehouse.database, "tat_dbt") as connection:
        return fetch_columns(connection, [name_relation(node) for node in nodes])


@pytest.fixture(scope="module")
def lineage(warehouse: Warehouse, manifest: dict[str, Any], columns: Columns) -> Lineage:
    """The sources of each column of each model, read from the SQL that was built."""
    compiled = warehouse.target / "compiled" / "turnaround"
    return {
        ColumnSource(name_relation(model), column): sources
        for model in list_models(manifest)
        for column, sources in trace_columns(read_compiled(compiled, model), columns).items()
    }


def list_models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def read_compiled(compiled: Path, model: dict[str, Any]) -> str:
    return (compiled / model["original_file_path"]).read_text()


def find_origins(lineage: Lineage, column: ColumnSource) -> set[str]:
    """The columns of source tables that a column comes from, through all models between."""
    if column not in lineage:
        return {f"{column.relation}.{column.column}"}
    return set().union(*(find_origins(lineage, source) for source in lineage[column]))


def test_every_column_of_every_model_is_traced(
    manifest: dict[str, Any], columns: Columns, lineage: Lineage
) -> None:
    built = {
        ColumnSource(name_relation(model), column)
        for model in list_models(manifest)
        for column in columns[name_relation(model)]
    }
    assert set(lineage) == built


def test_every_traced_source_is_a_column(columns: Columns, lineage: Lineage) -> None:
    found = {source for sources in lineage.values() for source in sources}
    assert {source for source in found if source.column not in columns[source.relation]} == set()


ORIGINS = {
    "vw_request_volume_summary.title": {"workflow.workflow_requests.title"},
    "vw_request_volume_summary.department": {"workflow.users.department"},
    "vw_tat_compliance.tat_hours_allocated": {"workflow.approval_levels.tat_hours"},
    "vw_approver_performance.approver_name": {"workflow.users.display_name"},
    "vw_tat_alerts_summary.alert_type": {"tat.tat_alerts.alert_type"},
    "vw_workflow_aging.priority": {"workflow.workflow_requests.priority"},
    "rpt_tat_breaches.initiator_name": {"workflow.users.display_name"},
}


@pytest.mark.parametrize("name", ORIGINS)
def test_a_column_comes_from_its_source_alone(lineage: Lineage, name: str) -> None:
    relation, column = name.split(".")
    schema = "kpi" if relation.startswith("vw_") else "reports"
    assert find_origins(lineage, ColumnSource(f"{schema}.{relation}", column)) == ORIGINS[name]


def test_in_time_comes_from_the_clock_and_the_decision(lineage: Lineage) -> None:
    origins = find_origins(lineage, ColumnSource("kpi.vw_tat_compliance", "completed_within_tat"))
    assert "workflow.approval_levels.status" in origins
    assert any(origin.startswith("tat.") for origin in origins)


def test_last_activity_is_that_of_notes_documents_and_the_trail(lineage: Lineage) -> None:
    origins = find_origins(lineage, ColumnSource("kpi.vw_engagement_metrics", "last_activity_at"))
    assert origins >= {
        "workflow.work_notes.created_at",
        "workflow.documents.uploaded_at",
        "workflow.activities.created_at",
    }


def test_the_ui_is_told_type_meaning_and_source(
    manifest: dict[str, Any], columns: Columns, lineage: Lineage
) -> None:
    model = manifest["nodes"]["model.turnaround.stg_workflow__documents"]
    relation = "staging.stg_workflow__documents"
    sources = {column: lineage[ColumnSource(relation, column)] for column in columns[relation]}
    told = describe_columns(model, columns[relation], sources)
    schema = told["dagster/column_schema"]
    shown = next(column for column in schema.columns if column.name == "file_size_bytes")
    assert shown.type == "bigint"
    assert shown.description == (
        f"{model['columns']['file_size_bytes']['description']}\n\n"
        "From [workflow.documents.file_size](/assets/workflow/documents)"
    )
    deps = told["dagster/column_lineage"].deps_by_column["file_size_bytes"]
    assert [(dep.asset_key.path, dep.column_name) for dep in deps] == [
        (["workflow", "documents"], "file_size")
    ]


def test_sources_are_described_as_they_are(manifest: dict[str, Any], columns: Columns) -> None:
    described = {
        name_relation(source): {
            column["name"]: column["data_type"] for column in source["columns"].values()
        }
        for source in manifest["sources"].values()
    }
    assert described == {relation: columns[relation] for relation in described}


def test_old_rows_are_a_warning_and_no_failure(own_warehouse: Warehouse) -> None:
    """The small world's rows are old for good: asking must not fail on them."""
    own_warehouse.run_dbt("source", "freshness")
    results = json.loads((own_warehouse.target / "sources.json").read_text())["results"]
    assert {result["status"] for result in results} == {"warn"}
