"""Datasets as Superset imports them: a relation's columns in dbt's words, and its metrics."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from orchestration.dashboards.declaring import Computed, Dataset, Metric
from orchestration.reports.charts import NOT_GIVEN
from orchestration.reports.columns import Column

VERSION = "1.0.0"
DATABASE = "Turnaround"
# The host is a placeholder: Superset's configuration puts the address of the environment in.
DATABASE_URI = "postgresql+psycopg2://turnaround/turnaround"
INSTANT = "timestamp with time zone"
TIMES = (INSTANT, "date", "timestamp without time zone")
KEYS = ("request_number", "request_id", "level_id")


def make_uuid(kind: str, name: str) -> str:
    """The key of an asset, the same at every writing."""
    return str(uuid5(UUID(str(uuid5(NAMESPACE_URL, "turnaround"))), f"{kind}/{name}"))


def write_database() -> dict[str, Any]:
    """The one database, which can only be read."""
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": DATABASE_URI,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "extra": {"allows_virtual_table_explore": True},
        "uuid": make_uuid("database", DATABASE),
        "version": VERSION,
    }


def write_dataset(
    dataset: Dataset, model: Mapping[str, Any] | None, metrics: Sequence[Metric]
) -> dict[str, Any]:
    """A dataset; `model` is dbt's node of it, None for a relation that dbt does not build."""
    columns = list_columns(model)
    return {
        "table_name": dataset.name,
        "schema": model["schema"] if model else dataset.schema,
        "description": model["description"] if model else None,
        "main_dttm_col": dataset.day,
        "sql": None,
        "filter_select_enabled": True,
        "normalize_columns": False,
        "columns": [
            *(write_column(column) for column in columns),
            *(write_computed(column) for column in list_computed(dataset, columns)),
        ],
        "metrics": [write_metric(metric) for metric in (*metrics, *dataset.metrics)],
        "uuid": make_uuid("dataset", dataset.name),
        "database_uuid": make_uuid("database", DATABASE),
        "version": VERSION,
    }


def list_columns(model: Mapping[str, Any] | None) -> list[Column]:
    """The columns of a dbt model."""
    return [
        Column(column["name"], str(column["data_type"]).split("(")[0], column["description"])
        for column in (model["columns"].values() if model else ())
    ]


def list_computed(dataset: Dataset, columns: Sequence[Column]) -> Iterator[Computed]:
    """Instants on the local clock, a link to the request's page, and what is declared."""
    names = {column.name for column in columns}
    for column in columns:
        if column.data_type == INSTANT:
            yield Computed(
                f"{column.name}_local",
                f"{column.heading} (local time)",
                f"{column.name} at time zone tat.time_zone()",
                "timestamp without time zone",
                column.meaning,
            )
    for name in sorted(names & {"department", "approver_department"}):
        column = next(column for column in columns if column.name == name)
        expression = f"coalesce({name}, '{NOT_GIVEN}')"
        yield Computed(f"{name}_name", column.heading, expression, meaning=column.meaning)
    if "request_number" in names:
        keys = ", ".join(f"{key}='{key}'" for key in KEYS if key in names)
        expression = f"{{{{ link_request({keys}) }}}}"
        yield Computed("request_link", "Request", expression, meaning="The number of the request.")
    yield from dataset.computed


def write_column(column: Column) -> dict[str, Any]:
    """A column under its heading, with its unit."""
    is_instant = column.data_type == INSTANT
    return {
        "column_name": column.name,
        "verbose_name": f"{column.label} (UTC)" if is_instant else column.label,
        "description": column.meaning,
        "type": column.data_type.upper(),
        "is_dttm": column.data_type in TIMES,
        "groupby": True,
        "filterable": True,
        "is_active": True,
    }


def write_computed(column: Computed) -> dict[str, Any]:
    """A column that SQL computes."""
    return {
        "column_name": column.name,
        "verbose_name": column.label,
        "description": column.meaning,
        "expression": column.expression,
        "type": column.data_type.upper(),
        "is_dttm": column.data_type in TIMES,
        "groupby": True,
        "filterable": True,
        "is_active": True,
    }


def write_metric(metric: Metric) -> dict[str, Any]:
    """A metric under its label."""
    return {
        "metric_name": metric.name,
        "verbose_name": metric.label,
        "description": metric.meaning,
        "expression": metric.expression,
        "d3format": metric.shape,
        "metric_type": None,
    }
