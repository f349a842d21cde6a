"""What the docs and the Dagster UI say of a model is complete: no column without a meaning."""

import json

import pytest

from database.connect import connect
from orchestration.defs.transform.columns import fetch_columns, name_relation
from tests.dbt.warehouse import Warehouse


@pytest.fixture(scope="module")
def bare_columns(warehouse: Warehouse) -> dict[str, list[str]]:
    """By model, the columns that the database has and no yaml describes."""
    manifest = json.loads((warehouse.target / "manifest.json").read_text())
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    with connect(warehouse.database, "tat_dbt") as connection:
        columns = fetch_columns(connection, [name_relation(model) for model in models])
    return {
        model["name"]: [
            name
            for name in columns[name_relation(model)]
            if not model["columns"].get(name, {}).get("description")
        ]
        for model in models
    }


@pytest.mark.parametrize("layer", ["stg_", "int_", "dim_", "fct_", "vw_", "rpt_"])
def test_every_column_of_a_layer_is_described(
    bare_columns: dict[str, list[str]], layer: str
) -> None:
    found = {name: bare for name, bare in bare_columns.items() if name.startswith(layer)}
    assert found
    assert {name: bare for name, bare in found.items() if bare} == {}
