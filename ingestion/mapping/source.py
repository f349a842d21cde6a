"""Holding a mapping against the source itself: its catalog, and a dry run of each select."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import Connection, sql

from database.statements import fetch, load_statement
from ingestion.contract import TABLES
from ingestion.following.tables import ADDED_AT, SourceTable
from ingestion.mapping.composing import (
    compose_from,
    compose_origin,
    compose_value,
    split_name,
)
from ingestion.mapping.model import Mapping, TableMapping, Value, as_value
from ingestion.mapping.names import suggest
from ingestion.mapping.reading import read_mapping
from ingestion.mapping.types import TEXT, SourceType, explain_type
from ingestion.tables import Column, Table

CHANGED_AT = Column("changed_at", "timestamptz")
# The relation's column of the key as the source has it.
SOURCE_KEY = "source_key"
Fault = tuple[str, str]


@dataclass
class MappedTable:
    """A table of the contract as a source has it; `faults` are columns ("" for all) and reasons."""

    table: Table
    given: TableMapping
    types: dict[str, SourceType] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    relation: str = ""

    def list_values(self) -> Iterator[tuple[Column, Value]]:
        """Yield the mapped columns, as the contract orders them, with where they come from."""
        for column in self.table.accepted_columns:
            value = self.given.find_value(column.name)
            if value is not None:
                yield column, value
        changed_at = as_value(self.given.changed_at)
        if changed_at is not None:
            yield CHANGED_AT, changed_at

    def describe(self) -> SourceTable:
        """Say how a follower reads the table."""
        added_at = ADDED_AT.get(self.table.name)
        return SourceTable(
            table=self.table.name,
            relation=self.relation,
            changed_at=self.find_changed_at(),
            added_at=added_at if added_at and self.is_plain(added_at) else None,
            paged_by=SOURCE_KEY if self.find_own_key() else None,
        )

    def find_changed_at(self) -> str | None:
        """Name the relation's column that grows with every change, if there is one."""
        if self.given.changed_at is not None:
            return CHANGED_AT.name
        is_versioned = self.table.is_versioned and self.is_plain("updated_at")
        return "updated_at" if is_versioned else None

    def find_own_key(self) -> Value | None:
        """Return the column of the source's table that is made a uuid, if one is."""
        is_uuid = self.types.get(self.table.key, TEXT).catalog_name == "uuid"
        if self.given.from_ is None or is_uuid or not self.is_plain(self.table.key):
            return None
        return self.given.find_value(self.table.key)

    def is_plain(self, column: str) -> bool:
        """Whether a column is one of the source, and nothing made of it."""
        value = self.given.find_value(column)
        return value is not None and value.column is not None and value.values is None


def prepare_source_tables(connection: Connection, path: Path) -> tuple[SourceTable, ...]:
    """Return what is to be read of a source by a mapping file, parents first.

    `connection` leads to the source. Raises MappingError with a line per fault of the file. What
    the source has not, or what can't be converted, is the fault of its table alone: whoever
    follows it meets that, and goes on with the others.
    """
    return tuple(table.describe() for table in map_tables(connection, read_mapping(path)))


def map_tables(connection: Connection, mapping: Mapping) -> list[MappedTable]:
    """Write and try the select of each mapped table, with what is wrong with it."""
    known = list_known_tables(connection)
    return [
        map_table(connection, mapping, MappedTable(table, mapping.tables[table.name]), known)
        for table in TABLES
        if table.name in mapping.tables
    ]


def list_known_tables(connection: Connection) -> set[tuple[str, str]]:
    """Return schema and name of all that the source lets us read."""
    rows = fetch(connection, load_statement("ingestion.mapping", "list_source_tables"))
    return {(row["schema_name"], row["table_name"]) for row in rows}


def map_table(
    connection: Connection, mapping: Mapping, mapped: MappedTable, known: set[tuple[str, str]]
) -> MappedTable:
    """Write the select of one table, as far as the source has what it names."""
    mapped.faults += find_unknown_tables(mapping, mapped.given, known)
    if not mapped.faults:
        read_types(connection, mapping, mapped)
    mapped.relation = compose_relation(mapping, mapped)
    if not mapped.faults:
        try_relation(connection, mapped)
    return mapped


def find_unknown_tables(
    mapping: Mapping, given: TableMapping, known: set[tuple[str, str]]
) -> Iterator[Fault]:
    """Yield the tables that a mapping names and the source does not have, or not for us."""
    names = [given.from_, *(join.table for join in given.join)]
    for name in filter(None, names):
        schema, table = split_name(name, mapping.schema_)
        if (schema, table) not in known:
            near = suggest(table, [other for where, other in known if where == schema])
            yield "", f"the source has no table {schema}.{table} that this login may read{near}"


def read_types(connection: Connection, mapping: Mapping, mapped: MappedTable) -> None:
    """Ask the source for the types of all that is mapped; without reading a row."""
    origins = {column.name: compose_origin(column, value) for column, value in mapped.list_values()}
    source = compose_from(mapping, mapped.given)
    fault = try_select(connection, mapped, origins, source)
    if fault is None:
        return
    # One column at a time, to tell which it is.
    for name, origin in origins.items():
        alone = try_select(connection, mapped, {name: origin}, source)
        if alone is not None:
            mapped.faults.append((name, alone))
    if len(mapped.faults) == len(origins):
        mapped.faults = [("", fault)]


def try_select(
    connection: Connection,
    mapped: MappedTable,
    origins: dict[str, sql.Composable],
    source: sql.Composable,
) -> str | None:
    """Note the types of what a select gives; return what the source says against it, if so."""
    columns = sql.SQL(", ").join(name_as(origin, name) for name, origin in origins.items())
    query = sql.SQL("select {} {} limit 0").format(columns, source)
    try:
        found = describe_query(connection, query)
    except psycopg.Error as error:
        return describe_error(error)
    mapped.types.update(found)
    return None


def describe_query(connection: Connection, query: sql.Composed) -> dict[str, SourceType]:
    """Return the types of a query's columns. Raises psycopg.Error where it can't be run."""
    with connection.transaction():
        # Binary results are asked for by the protocol that takes one statement at a time.
        cursor = connection.execute(query, binary=True)
        described = [(column.name, column.type_code) for column in cursor.description or ()]
    rows = fetch(
        connection,
        load_statement("ingestion.mapping", "list_types"),
        {"type_ids": sorted({type_id for _, type_id in described})},
    )
    types = {
        row["type_id"]: SourceType(row["name"], row["catalog_name"], row["category"])
        for row in rows
    }
    return {name: types[type_id] for name, type_id in described}


def describe_error(error: psycopg.Error) -> str:
    """What the source says, in a line, with its advice."""
    parts = [error.diag.message_primary or str(error), error.diag.message_hint]
    return ". ".join(" ".join(part.split()).rstrip(".") for part in parts if part)


def compose_relation(mapping: Mapping, mapped: MappedTable) -> str:
    """Write the select that gives the contract's columns, in parentheses."""
    columns = [
        name_as(compose_column(mapping, mapped, column, value), column.name)
        for column, value in mapped.list_values()
    ]
    own_key = mapped.find_own_key()
    if own_key is not None:
        key = mapped.table.column(mapped.table.key)
        columns.append(name_as(compose_origin(key, own_key), SOURCE_KEY))
    source = compose_from(mapping, mapped.given)
    select = sql.SQL("(select\n    {}\n{})").format(sql.SQL(",\n    ").join(columns), source)
    return select.as_string(None)


def compose_column(
    mapping: Mapping, mapped: MappedTable, column: Column, value: Value
) -> sql.Composable:
    """Write a column of the contract by what is known of its type at the source."""
    type_ = mapped.types.get(column.name, TEXT)
    return compose_value(mapping, mapped.table.name, column, value, type_)


def name_as(expression: sql.Composable, name: str) -> sql.Composed:
    """Give an expression its name."""
    return sql.SQL("{} as {}").format(expression, sql.Identifier(name))


def try_relation(connection: Connection, mapped: MappedTable) -> None:
    """Run the whole select without reading a row; note the columns that the contract can't take."""
    try:
        given = describe_query(connection, select_from(mapped.relation, "limit 0"))
    except psycopg.Error as error:
        mapped.faults.append(("", describe_error(error)))
        return
    for column, _ in mapped.list_values():
        if not given[column.name].is_readable(column):
            reason = explain_type(column, mapped.types[column.name], given[column.name])
            mapped.faults.append((column.name, reason))


def select_from(relation: str, rest: str = "") -> sql.Composed:
    """Write a select of all that a relation has."""
    parts = ["select * from ", relation, " as mapped ", rest]
    return sql.Composed([sql.SQL(part) for part in parts])
