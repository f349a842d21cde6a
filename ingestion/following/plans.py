"""How the source would read a table, as its EXPLAIN has it."""

from collections.abc import Iterator
from typing import Any

from psycopg import sql

from database.statements import load_statement
from ingestion.following.pages import name
from ingestion.following.shape import Shape
from ingestion.following.source import Source

# In pages of 8 kB, about: a smaller table is read faster than an index.
SMALL_COST = 2_000

Plan = dict[str, Any]


def read_plan(source: Source, shape: Shape) -> Plan:
    """Return how all rows of a table would be read; the source is in a transaction."""
    return explain(source, "explain_relation", shape)


def explain(source: Source, statement: str, shape: Shape, **parts: sql.Composable) -> Plan:
    """Return the plan of a statement on a table's relation."""
    text = sql.SQL(load_statement("ingestion.following", statement))
    (row,) = source.fetch(text.format(relation=sql.SQL(shape.source.relation), **parts))
    return row["QUERY PLAN"][0]["Plan"]


def list_nodes(plan: Plan) -> Iterator[Plan]:
    """Yield a plan's nodes, itself first."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from list_nodes(part)


def list_relations(plan: Plan) -> list[tuple[str, str]]:
    """Return schema and name of the tables that a plan reads."""
    return sorted(
        {(node["Schema"], node["Relation Name"]) for node in list_nodes(plan) if "Schema" in node}
    )


def estimate_rows(source: Source, shape: Shape) -> int:
    """Return how many rows the source expects a table to have."""
    with source.read():
        return read_plan(source, shape)["Plan Rows"]


def count_writes(source: Source, shape: Shape) -> int | None:
    """Return how often the tables below a relation were ever written; None: nobody counts."""
    with source.read():
        tables = list_relations(read_plan(source, shape))
        (counted,) = source.fetch(
            load_statement("ingestion.following", "count_writes"),
            {"schemas": [schema for schema, _ in tables], "names": [name for _, name in tables]},
        )
    return counted["writes"]


def find_advice(source: Source, shape: Shape) -> str | None:
    """Say that an index is missing by which changes would be found; None: nothing is."""
    if shape.source.follows is None:
        return None
    with source.read():
        plan = explain(source, "explain_changed", shape, changed_at=name(shape.source.follows))
    for node in list_nodes(plan):
        if node["Node Type"] == "Seq Scan" and node["Total Cost"] > SMALL_COST:
            return (
                f"{node['Schema']}.{node['Relation Name']} has no index at the source by which "
                f"what changed is found: each minute reads all of it. Create one on "
                f"{shape.source.follows}."
            )
    return None
