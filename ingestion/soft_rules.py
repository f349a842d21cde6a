"""Soft rules: counting the rows that break one, in a pass of a load or, for checks, in a table."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from psycopg import Connection, sql

from database.statements import load_statement
from ingestion.incoming import compose
from ingestion.merge import compose_guard
from ingestion.reasons import quote_value
from ingestion.tables import SoftRule, Table

EVERY_ROW = sql.SQL("true")
COMMA = sql.SQL(", ")


class Breaches(NamedTuple):
    """How many rows of a load break a soft rule, and the key of one of them."""

    rows: int
    example: str


@dataclass(frozen=True)
class MergedPass:
    """A pass once it is merged, or in a dry run only counted, and the columns that it fills."""

    connection: Connection
    table: Table
    given: Collection[str]
    is_dry_run: bool

    def count_breaches(self, rule: SoftRule) -> Breaches:
        """Count the rows of the pass that break a rule, by themselves or beside loaded ones."""
        candidates = self.compose_candidates(rule.reads, near=compose_nearness(self.table, rule))
        statement = compose(
            "count_breaches",
            table_name=sql.Identifier(self.table.name),
            key=sql.Identifier(self.table.key),
            incoming_is_newer=compose_guard(self.table, "incoming"),
            breaches=compose_breaches(self.table, rule, candidates),
        )
        row = self.connection.execute(statement).fetchone()
        rows, example = row if row else (0, None)
        return Breaches(rows, example or "")

    def list_alike_departments(self) -> Iterator[str]:
        """Yield a warning for each set of departments that differ only in case, blanks or signs."""
        candidates = self.compose_candidates(["department"], near=EVERY_ROW)
        statement = compose("list_alike_departments", candidates=candidates)
        for (names,) in self.connection.execute(statement):
            yield f"users: the departments {' and '.join(map(quote_value, names))} look alike."

    def compose_candidates(self, reads: Iterable[str], *, near: sql.Composable) -> sql.Composed:
        """Compose the rows of the pass, and the loaded ones that are `near`."""
        return compose(
            "list_as_merged" if self.is_dry_run else "list_loaded",
            table_name=sql.Identifier(self.table.name),
            key=sql.Identifier(self.table.key),
            incoming_is_newer=compose_guard(self.table, "incoming"),
            merged_columns=COMMA.join(self.compose_merged(name) for name in reads),
            loaded_columns=COMMA.join(sql.Identifier("loaded", name) for name in reads),
            loaded_is_near=near,
        )

    def compose_merged(self, name: str) -> sql.Composable:
        """Compose a value as a merge leaves it: what the source does not fill stays."""
        if name in self.given:
            return sql.Identifier("incoming", name)
        return sql.SQL("coalesce({}, {}) as {}").format(
            sql.Identifier("loaded", name), sql.Identifier("incoming", name), sql.Identifier(name)
        )


def compose_nearness(table: Table, rule: SoftRule) -> sql.Composable:
    """Compose the condition that a loaded row may break a rule beside one of the pass."""
    if rule.statement != "find_shared":
        return EVERY_ROW
    return sql.SQL("({}) in (select {} from pg_temp.incoming)").format(
        compose_shared(table, rule, "loaded"), compose_shared(table, rule, "incoming")
    )


def compose_breaches(table: Table, rule: SoftRule, candidates: sql.Composable) -> sql.Composed:
    """Compose the query of the rows among `candidates`, a query too, that break a rule."""
    return sql.SQL(load_statement("ingestion.expectations", rule.statement)).format(
        candidates=sql.SQL("({})").format(candidates),
        shared_values=compose_shared(table, rule, "candidates"),
        condition=compose_condition(rule),
    )


def compose_shared(table: Table, rule: SoftRule, relation: str) -> sql.Composed:
    """Compose the values of a relation that are compared; texts without their case."""
    return COMMA.join(
        sql.SQL("lower({})" if table.column(name).type == "text" else "{}").format(
            sql.Identifier(relation, name)
        )
        for name in rule.columns
    )


def compose_condition(rule: SoftRule) -> sql.Composable:
    """Compose the condition on the rows that a rule is about."""
    if rule.condition is None:
        return EVERY_ROW
    column, value = rule.condition
    return sql.SQL("{} = {}").format(sql.Identifier("candidates", column), sql.Literal(value))
