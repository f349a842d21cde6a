"""Metrics by dimensions: a question in short names, its SQL, its rows."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from database.connect import Database, connect
from database.statements import fetch
from orchestration.metrics.catalog import GRAINS, Catalog, find_group_by, find_models

DECIMALS = 4


@dataclass(frozen=True)
class Question:
    """Metrics, what to divide them by, and which rows to count.

    `only` holds (name, value) pairs: of one name any value will do, of each name one must; an
    empty value means null. `since` and `until` are local days of the metrics' own time, both
    included. `order` holds names of the question, with a minus for descending.
    """

    metrics: Sequence[str]
    by: Sequence[str] = ()
    only: Sequence[tuple[str, str]] = ()
    since: date | None = None
    until: date | None = None
    order: Sequence[str] = ()
    limit: int | None = None


def write_sql(catalog: Catalog, question: Question) -> str:
    """The SQL that answers a question.

    Raises ValueError for names that don't exist, or don't go together.
    """
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest
    from metricflow_semantics.errors.error_classes import InformativeUserError

    find_models(catalog, question.metrics)
    names = name_group_bys(catalog, question)
    request = MetricFlowQueryRequest.create(
        metric_names=list(question.metrics),
        group_by_names=list(names.values()),
        where_constraints=write_filters(catalog, question),
        time_constraint_start=to_midnight(question.since),
        time_constraint_end=to_midnight(question.until),
        order_by_names=name_order(question, names),
        limit=question.limit,
    )
    try:
        return catalog.engine.explain(request).sql_statement.sql
    except InformativeUserError as error:
        raise ValueError(shorten_refusal(str(error))) from error


def shorten_refusal(text: str) -> str:
    """What MetricFlow has against a question, without where it was found."""
    reasons = re.findall(
        r"Message:(.*?)(?:Query Input:|Issue Location:|Suggestions:|$)", text, re.S
    )
    return "\n".join(" ".join(reason.split()) for reason in reasons or [text])


def name_group_bys(catalog: Catalog, question: Question) -> dict[str, str]:
    """MetricFlow's names of what the question divides by."""
    return {name: find_group_by(catalog, question.metrics, name) for name in question.by}


def name_order(question: Question, names: Mapping[str, str]) -> list[str]:
    """MetricFlow's names of the order: as asked, else by what the question divides by."""
    asked = [(name.removeprefix("-"), name.startswith("-")) for name in question.order]
    for name, _ in asked:
        if name not in names and name not in question.metrics:
            raise ValueError(f"{name} is neither a metric nor a --by of this question.")
    ordered = asked or [(name, False) for name in question.by]
    return [("-" if descending else "") + names.get(name, name) for name, descending in ordered]


def write_filters(catalog: Catalog, question: Question) -> list[str]:
    """One filter for each name of `only`."""
    values: dict[str, list[str]] = {}
    for name, value in question.only:
        values.setdefault(name, []).append(value)
    return [
        write_filter(find_group_by(catalog, question.metrics, name), accepted)
        for name, accepted in values.items()
    ]


def write_filter(name: str, accepted: Sequence[str]) -> str:
    """Any of the values, or null, as MetricFlow's template.

    Raises ValueError for a value that the template would take for its own.
    """
    if any(brace in value for value in accepted for brace in "{}"):
        raise ValueError("A value can't have braces in it.")
    column = f"{{{{ {write_reference(name)} }}}}"
    literals = ", ".join("'" + value.replace("'", "''") + "'" for value in accepted if value)
    parts = [f"{column} in ({literals})"] if literals else []
    parts += [f"{column} is null"] if "" in accepted else []
    return " or ".join(parts)


def write_reference(name: str) -> str:
    """A dimension, an entity or a time at its grain, as filters name it.

    A time named as a dimension would be taken by the day, whatever grain its name ends in.
    """
    path, _, last = name.rpartition("__")
    if last in GRAINS:
        return f"TimeDimension('{path}', '{last}')"
    return f"Dimension('{name}')" if path else f"Entity('{name}')"


def to_midnight(day: date | None) -> datetime | None:
    """A day as MetricFlow takes it."""
    return None if day is None else datetime.combine(day, time())


def answer(
    catalog: Catalog,
    database: Database,
    question: Question,
    *,
    as_of: datetime | None = None,
) -> list[dict[str, Any]]:
    """The rows of a question, in its own names, as the BI role sees them now or `as_of`.

    By a grain of time, what has no time yet, such as a level not decided, would make a row that
    counts nothing: it is left out. What is counted and has no time stays, under null.

    Raises ValueError for names that don't exist, psycopg.Error where the models are not built.
    """
    names = name_group_bys(catalog, question)
    columns = [*names.items(), *((metric, metric) for metric in question.metrics)]
    rows = run_sql(database, write_sql(catalog, question), as_of)
    answers = [{asked: tidy(row[column]) for asked, column in columns} for row in rows]
    grains = set(question.by) & set(GRAINS)
    return [row for row in answers if not is_void(row, grains, question.metrics)]


def is_void(row: Mapping[str, Any], grains: Set[str], metrics: Sequence[str]) -> bool:
    """Whether a row has no time and nothing is counted in it."""
    return any(row[grain] is None for grain in grains) and not any(row[name] for name in metrics)


def run_sql(database: Database, sql: str, as_of: datetime | None) -> list[dict[str, Any]]:
    """The rows of SQL that MetricFlow wrote, read-only, at a present of one's choice.

    PostgreSQL truncates a day to its week through the session's time zone; in UTC every day
    has a midnight.
    """
    with connect(database, "tat_bi", application_name="tat metrics") as connection:
        connection.read_only = True
        connection.execute("set local time zone 'UTC'")
        if as_of is not None:
            connection.execute("select set_config('tat.as_of', %s, true)", [as_of.isoformat()])
        return fetch(connection, sql.encode())


def tidy(value: Any) -> Any:
    """A value as people read it: a week as its Monday, sums whole, the rest to four decimals."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, Decimal):
        return round(value, DECIMALS) if value.as_tuple().exponent else int(value)
    return value
