"""The dashboards in the checkout: as the script writes them, over relations that have it all."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import sql

from database.connect import connect
from orchestration.dashboards.metrics import list_metrics
from orchestration.dashboards.superset import ASSETS
from orchestration.dashboards.writing import build_assets, write_assets
from orchestration.metrics.asking import Question, answer, tidy
from orchestration.metrics.catalog import open_catalog
from orchestration.paths import SEMANTIC_MANIFEST
from tests.dbt.warehouse import THURSDAY_NOON, Warehouse
from tests.kpi_views import VIEWS

Asset = dict[str, Any]
LINK = re.compile(r"{{ link_request\(.*\) }}")

pytestmark = pytest.mark.usefixtures("parsed_project")


def read_assets(folder: str) -> list[Asset]:
    """All assets of one kind."""
    return [yaml.safe_load(path.read_text()) for path in sorted((ASSETS / folder).rglob("*.yaml"))]


@pytest.fixture(scope="module")
def datasets() -> dict[str, Asset]:
    """Each dataset by its key."""
    return {dataset["uuid"]: dataset for dataset in read_assets("datasets")}


@pytest.fixture(scope="module")
def charts() -> list[Asset]:
    """Every chart."""
    return read_assets("charts")


@pytest.fixture
def analyst(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    """A connection with the rights of a dashboard."""
    with connect(warehouse.database, "tat_bi") as connection:
        yield connection


def test_the_files_are_those_that_the_script_writes() -> None:
    """`tat dashboards write` writes them anew after a change of a model, metric or dashboard."""
    committed = {
        path.relative_to(ASSETS).as_posix(): path.read_text() for path in ASSETS.rglob("*.yaml")
    }
    written = build_assets()
    assert sorted(committed) == sorted(written)
    assert [name for name, text in written.items() if committed[name] != text] == []


def test_writing_removes_what_is_no_more(tmp_path: Path) -> None:
    former = tmp_path / "charts" / "former.yaml"
    former.parent.mkdir()
    former.write_text("slice_name: former")
    write_assets(tmp_path)
    assert not former.exists()
    assert (tmp_path / "metadata.yaml").is_file()


def test_every_view_is_a_dataset_in_the_words_of_dbt(datasets: dict[str, Asset]) -> None:
    known = {dataset["table_name"]: dataset for dataset in datasets.values()}
    assert set(VIEWS) <= set(known)
    for view in VIEWS:
        assert known[view]["description"]
        undescribed = [c["column_name"] for c in known[view]["columns"] if not c["verbose_name"]]
        assert undescribed == []


def test_the_assets_hold_no_address_and_no_password() -> None:
    (database,) = read_assets("databases")
    assert database["sqlalchemy_uri"] == "postgresql+psycopg2://turnaround/turnaround"
    assert database["allow_dml"] is False
    assert "password" not in database


def test_an_analyst_can_compute_every_column_and_metric(
    datasets: dict[str, Asset], analyst: psycopg.Connection
) -> None:
    for dataset in datasets.values():
        computed = [
            LINK.sub("request_number", c.get("expression") or c["column_name"])
            for c in dataset["columns"]
        ]
        metrics = [metric["expression"] for metric in dataset["metrics"]]
        for expressions in filter(None, (computed, metrics)):
            explain(analyst, dataset, expressions)


def test_an_analyst_can_apply_every_condition_of_a_chart(
    datasets: dict[str, Asset], charts: list[Asset], analyst: psycopg.Connection
) -> None:
    conditions = 0
    for chart in charts:
        for condition in chart["params"]["adhoc_filters"]:
            if condition["expressionType"] == "SQL":
                dataset = datasets[chart["dataset_uuid"]]
                explain(analyst, dataset, [condition["sqlExpression"]])
                conditions += 1
    assert conditions > 10


def explain(analyst: psycopg.Connection, dataset: Asset, expressions: list[str]) -> None:
    """Plan the expressions over a dataset: it fails where a name or right is missing."""
    relation = sql.Identifier(dataset["schema"], dataset["table_name"])
    selected = sql.SQL(", ").join(sql.SQL(text) for text in expressions)
    analyst.execute(sql.SQL("explain select {} from {}").format(selected, relation))


def test_a_chart_names_only_what_its_dataset_has(
    datasets: dict[str, Asset], charts: list[Asset]
) -> None:
    for chart in charts:
        dataset = datasets[chart["dataset_uuid"]]
        columns = {column["column_name"] for column in dataset["columns"]}
        metrics = {metric["metric_name"] for metric in dataset["metrics"]}
        parameters = chart["params"]
        named = [*parameters.get("all_columns", []), *parameters.get("groupby", [])]
        named += [name for name in (parameters.get("column"),) if name]
        named += [c["subject"] for c in parameters["adhoc_filters"] if "subject" in c]
        axis = parameters.get("x_axis")
        named += [axis] if isinstance(axis, str) else []
        assert set(named) <= columns, chart["slice_name"]
        measured = [*parameters.get("metrics", []), *filter(None, [parameters.get("metric")])]
        assert set(measured) <= metrics, chart["slice_name"]


def test_every_metric_is_what_metricflow_answers(warehouse: Warehouse) -> None:
    catalog = open_catalog(SEMANTIC_MANIFEST)
    moment = datetime.fromisoformat(THURSDAY_NOON)
    semantic = json.loads(SEMANTIC_MANIFEST.read_text())
    compared = 0
    for view, metrics in list_metrics(semantic).items():
        for metric in metrics:
            query = sql.SQL("select {} as value from {}").format(
                sql.SQL(metric.expression),
                sql.Identifier("reports", view),
            )
            (own,) = warehouse.ask(query)
            (theirs,) = answer(catalog, warehouse.database, Question([metric.name]), as_of=moment)
            assert tidy(own["value"]) == theirs[metric.name], metric.name
            compared += 1
    # All but those that look at another time.
    assert compared == len(semantic["metrics"]) - 1


def test_a_metric_of_an_unknown_form_is_refused() -> None:
    semantic = json.loads(SEMANTIC_MANIFEST.read_text())
    simple = next(metric for metric in semantic["metrics"] if metric["type"] == "simple")
    simple["type_params"]["metric_aggregation_params"]["agg"] = "median"
    with pytest.raises(ValueError, match=rf"The metric {simple['name']} .* \(median\)"):
        list_metrics(semantic)


def test_a_filter_reaches_the_charts_that_have_its_column_and_no_others(
    datasets: dict[str, Asset], charts: list[Asset]
) -> None:
    by_key = {chart["uuid"]: chart for chart in charts}
    reached = 0
    for board in read_assets("dashboards"):
        placed = [
            part["meta"]
            for part in board["position"].values()
            if isinstance(part, dict) and part.get("type") == "CHART"
        ]
        for found in board["metadata"]["native_filter_configuration"]:
            if found["filterType"] != "filter_select":
                continue
            ((column,),) = [[target["column"]["name"] for target in found["targets"]]]
            for meta in placed:
                dataset = datasets[by_key[meta["uuid"]]["dataset_uuid"]]
                has_column = column in {c["column_name"] for c in dataset["columns"]}
                is_reached = meta["chartId"] not in found["scope"]["excluded"]
                assert is_reached == has_column, (board["slug"], meta["sliceName"])
                reached += is_reached
    assert reached > 60
