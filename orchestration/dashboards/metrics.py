"""The metrics of the dbt project as SQL over the views that they are counted in."""

from collections.abc import Mapping
from typing import Any

import sqlglot
from sqlglot import exp

from orchestration.dashboards.declaring import Metric

AGGREGATES = {
    "sum_boolean": "count(*) filter (where {})",
    "count": "count({})",
    "sum": "sum({})",
    "average": "avg({})",
}
COUNTS = {"sum_boolean", "count", "sum"}


def list_metrics(semantic_manifest: Mapping[str, Any]) -> dict[str, list[Metric]]:
    """The metrics of each view that has any: those of one view, at one time, without filters.

    Raises ValueError for a metric whose aggregation or filter is not known here.
    """
    views = {
        model["name"]: model["node_relation"]["alias"]
        for model in semantic_manifest["semantic_models"]
    }
    simple, derived = {}, []
    for metric in semantic_manifest["metrics"]:
        if metric["type"] == "simple":
            simple[metric["name"]] = metric
        elif not any(part["offset_window"] for part in metric["type_params"]["metrics"]):
            derived.append(metric)
    found: dict[str, list[Metric]] = {}
    for metric in simple.values():
        found.setdefault(views[find_model(metric)], []).append(write_simple(metric))
    for metric in derived:
        parts = [simple[part["name"]] for part in metric["type_params"]["metrics"]]
        (model,) = {find_model(part) for part in parts}
        found[views[model]].append(write_derived(metric, parts))
    return found


def find_model(metric: Mapping[str, Any]) -> str:
    """The semantic model that a simple metric is counted in."""
    return str(metric["type_params"]["metric_aggregation_params"]["semantic_model"])


def write_simple(metric: Mapping[str, Any]) -> Metric:
    """A metric with its aggregation as SQL."""
    parameters = metric["type_params"]
    aggregate = parameters["metric_aggregation_params"]["agg"]
    if aggregate not in AGGREGATES or metric["filter"]:
        raise ValueError(
            f"The metric {metric['name']} has a filter or an aggregation ({aggregate}) that "
            "dashboards can't show: add it to orchestration/dashboards/metrics.py."
        )
    expression = AGGREGATES[aggregate].format(parameters["expr"])
    return describe(metric, expression, ",d" if aggregate in COUNTS else ",.1f")


def write_derived(metric: Mapping[str, Any], parts: list[Mapping[str, Any]]) -> Metric:
    """A metric computed from others, with their SQL in place of their names."""
    known = {part["name"]: write_simple(part).expression for part in parts}

    def fill_in(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column) and node.name in known:
            return exp.paren(sqlglot.parse_one(known[node.name], dialect="postgres"))
        return node

    tree = sqlglot.parse_one(metric["type_params"]["expr"], dialect="postgres")
    filled = tree.transform(fill_in).sql(dialect="postgres", normalize_functions="lower")
    return describe(metric, filled, ",.1f")


def describe(metric: Mapping[str, Any], expression: str, shape: str) -> Metric:
    """A metric in dbt's own words."""
    return Metric(metric["name"], metric["label"], expression, metric["description"], shape)
