"""The metrics that dbt has parsed, and the engine that writes SQL for them."""

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from metricflow.engine.metricflow_engine import MetricFlowEngine
    from metricflow.engine.models import Dimension, Entity

GRAINS = ("day", "week", "month", "quarter", "year")
TIME = "metric_time"


@dataclass(frozen=True)
class Catalog:
    """The engine, and the names of the entities in each semantic model."""

    engine: "MetricFlowEngine"
    entities: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Dialect:
    """All that the engine asks of a client to write SQL; running it is not its business."""

    sql_engine_type: Any
    sql_plan_renderer: Any


def read_semantic_manifest(path: Path) -> str:
    """The semantic manifest as JSON, its relations named without the database.

    dbt names the database that it parsed for; the connection decides which one answers.
    Raises FileNotFoundError where dbt has not parsed the project yet.
    """
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for relation in list_relations(manifest):
        relation["relation_name"] = f'"{relation["schema_name"]}"."{relation["alias"]}"'
    return json.dumps(manifest)


def list_relations(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The relation of each semantic model and of each time spine."""
    spines = manifest["project_configuration"]["time_spines"]
    for owner in (*manifest["semantic_models"], *spines):
        yield owner["node_relation"]


def open_catalog(semantic_manifest: Path) -> Catalog:
    """What dbt has parsed, with MetricFlow's engine over it, writing PostgreSQL.

    Importing MetricFlow takes 0.6 s, so only those who ask metrics do.
    """
    from metricflow.engine.metricflow_engine import MetricFlowEngine
    from metricflow.protocols.sql_client import SqlClient, SqlEngine
    from metricflow.sql.render.postgres import PostgresSQLSqlPlanRenderer
    from metricflow_semantics.model.dbt_manifest_parser import (
        parse_manifest_from_dbt_generated_manifest,
    )
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    manifest = parse_manifest_from_dbt_generated_manifest(read_semantic_manifest(semantic_manifest))
    dialect = Dialect(SqlEngine.POSTGRES, PostgresSQLSqlPlanRenderer())
    engine = MetricFlowEngine(SemanticManifestLookup(manifest), cast("SqlClient", dialect))
    entities = {
        model.name: frozenset(entity.name for entity in model.entities)
        for model in manifest.semantic_models
    }
    return Catalog(engine, entities)


def list_metrics(catalog: Catalog) -> list[dict[str, Any]]:
    """Each metric with its label and its description."""
    return [
        {"metric": metric.name, "label": metric.label, "description": metric.description}
        for metric in catalog.engine.list_metrics(include_dimensions=False)
    ]


def list_group_bys(catalog: Catalog, metrics: Sequence[str]) -> list[dict[str, Any]]:
    """What all of `metrics` can be asked by, with descriptions.

    Raises ValueError for a metric that does not exist.
    """
    items = find_items(catalog, find_models(catalog, metrics))
    described = {item.name: item.description for item in items}
    times = {grain: f"The local {grain} of the metric's own time." for grain in GRAINS}
    return [
        {"by": name, "description": description}
        for name, description in {**dict(sorted(described.items())), **times}.items()
    ]


def find_group_by(catalog: Catalog, metrics: Sequence[str], name: str) -> str:
    """MetricFlow's name for what a person calls `name`: a grain of time, a dimension, an entity.

    A dimension of the metrics' own model comes before one that needs a join. MetricFlow's own
    names, with two underscores, will do too. Raises ValueError where the metrics have no such name.
    """
    if name in GRAINS:
        return f"{TIME}__{name}"
    models = find_models(catalog, metrics)
    own = set.intersection(*models.values())
    items = [item for item in find_items(catalog, models) if name in (item.name, show_path(item))]
    if not items and "__" in name:
        return name
    if not items:
        known = ", ".join(row["by"] for row in list_group_bys(catalog, metrics))
        raise ValueError(f"{', '.join(metrics)} can't be asked by {name}. Known: {known}.")
    return min((not is_own(item, own), show_name(item)) for item in items)[1]


def find_models(catalog: Catalog, metrics: Sequence[str]) -> dict[str, set[str]]:
    """The semantic models that each of `metrics` is counted in.

    Raises ValueError for a metric that does not exist, and for none at all.
    """
    known = {metric.name: metric for metric in catalog.engine.list_metrics(False)}
    unknown = [metric for metric in metrics if metric not in known]
    if unknown or not metrics:
        names = ", ".join(unknown) or "to ask"
        raise ValueError(f"There is no metric {names}. Known: {', '.join(known)}.")
    return {
        metric: {model.semantic_model_name for model in known[metric].semantic_models}
        for metric in metrics
    }


def find_items(catalog: Catalog, models: Mapping[str, set[str]]) -> list["Dimension | Entity"]:
    """The dimensions that all the metrics of `models` have, and the entities of their own.

    MetricFlow lists entities that can be reached only through others too, but not by which way.
    """
    from metricflow.engine.models import Entity

    own = [
        frozenset[str]().union(*(catalog.entities[model] for model in of_metric))
        for of_metric in models.values()
    ]
    entities = frozenset.intersection(*own)
    return [
        item
        for item in catalog.engine.list_group_bys(metric_names=list(models))
        if item.name != TIME and (not isinstance(item, Entity) or item.name in entities)
    ]


def is_own(item: "Dimension | Entity", own: Set[str]) -> bool:
    """Whether a dimension or entity stands in one of the models `own`."""
    reference = item.semantic_model_reference
    return reference is not None and reference.semantic_model_name in own


def show_name(item: "Dimension | Entity") -> str:
    """What MetricFlow calls a dimension or entity in its answers: all our days are days."""
    is_day = getattr(item, "type_params", None) is not None
    return show_path(item) + ("__day" if is_day else "")


def show_path(item: "Dimension | Entity") -> str:
    """A dimension with the entities that lead to it, or an entity."""
    return str(getattr(item, "granularity_free_dunder_name", item.name))
