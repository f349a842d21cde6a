"""The columns of the source's tables, and what of them can't be followed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import psycopg
from psycopg import sql

from database.statements import load_statement
from ingestion.contract import find_table
from ingestion.following.source import Source
from ingestion.following.tables import SourceTable
from ingestion.tables import Column, Table

# Without these there is nothing to warn of; an app may lack the others.
NEEDED = ("users", "workflow_requests", "approval_levels")
WHOLE = ("int2", "int4", "int8")
NUMBERS = (*WHOLE, "numeric", "float4", "float8")
JSON = ("json", "jsonb")
# What each type of the contract can be read from: names of types, and categories (S: texts).
READABLE: dict[str, tuple[str, ...]] = {
    "uuid": ("uuid", "S"),
    "text": ("S", "E", "uuid", *NUMBERS, *JSON),
    "timestamptz": ("timestamptz",),
    "date": ("date",),
    "numeric(10, 2)": NUMBERS,
    "integer": (*WHOLE, "numeric"),
    "bigint": (*WHOLE, "numeric"),
    "boolean": ("bool", "S", *WHOLE),
    "jsonb": (*JSON, "S"),
    "text[]": ("_text", "_varchar", *JSON, "S"),
}
MISSING = (
    "Bring it back there, or name in the mapping what stands for it. If it is gone for good, run "
    "`tat source accept {table}`."
)
RETYPED = "Cast it in the mapping, or change its type back."


@dataclass(frozen=True)
class SourceColumn:
    """A column at the source, with the name and the category of its type in the catalog."""

    name: str
    type: str
    kinds: tuple[str, str]


@dataclass(frozen=True)
class Shape:
    """A table of the source: its columns of the contract, others, and why it can't be followed.

    `json` are the columns that PostgreSQL holds as JSON there, `lists` those that are arrays. One
    that is absent is not followed either, and nothing is wrong with that.
    """

    source: SourceTable
    table: Table
    columns: tuple[str, ...] = ()
    json: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()
    fault: str | None = None
    is_absent: bool = False

    @property
    def is_followed(self) -> bool:
        """Whether its rows are read."""
        return self.fault is None and not self.is_absent


@dataclass(frozen=True)
class Described:
    """What the source answers when a relation is asked for its columns."""

    columns: tuple[psycopg.Column, ...] = ()
    error: psycopg.Error | None = None


def describe_shapes(
    source: Source, tables: Iterable[SourceTable], known: Mapping[str, Collection[str]]
) -> list[Shape]:
    """Look at the columns of each table; `known` are those that it had when it was last read.

    What is wrong with one table is its fault, and does not touch the others.
    """
    with source.read():
        described = [(table, describe_relation(source, table)) for table in tables]
        types = list_types(source, (found for _, found in described))
    return [build_shape(table, found, types, known.get(table.table)) for table, found in described]


def describe_relation(source: Source, table: SourceTable) -> Described:
    """Ask a relation for its columns."""
    query = sql.SQL(load_statement("ingestion.following", "describe_columns")).format(
        relation=sql.SQL(table.relation)
    )
    try:
        with source.connection.transaction():
            source.statements += 1
            return Described(tuple(source.connection.execute(query).description or ()))
    except psycopg.Error as error:
        raise_if_lost(source, error)
        return Described(error=error)


def raise_if_lost(source: Source, error: psycopg.Error) -> None:
    """Raise an error that is the connection's, not one table's."""
    if source.connection.broken or isinstance(error, psycopg.errors.QueryCanceled):
        raise error


def list_types(source: Source, described: Iterable[Described]) -> dict[int, SourceColumn]:
    """Return the types of all columns, each as a column without a name, by the type's number."""
    oids = sorted({column.type_code for found in described for column in found.columns})
    statement = load_statement("ingestion.following", "describe_types")
    return {
        row["oid"]: SourceColumn("", row["full_name"], (row["type_name"], row["category"]))
        for row in source.fetch(statement, {"oids": oids})
    }


def build_shape(
    table: SourceTable,
    described: Described,
    types: Mapping[int, SourceColumn],
    known: Collection[str] | None,
) -> Shape:
    """Say what can be read of a table, or why nothing can."""
    contract = find_table(table.table)
    if described.error is not None:
        is_absent = (
            isinstance(described.error, psycopg.errors.UndefinedTable)
            and known is None
            and table.table not in NEEDED
        )
        fault = None if is_absent else explain_error(table, described.error)
        return Shape(table, contract, fault=fault, is_absent=is_absent)
    found = {
        column.name: replace(types[column.type_code], name=column.name)
        for column in described.columns
    }
    if table.changed_at is None and table.added_at not in found:
        table = replace(table, added_at=None)
    return compare_columns(table, contract, found, known or ())


def compare_columns(
    table: SourceTable,
    contract: Table,
    found: Mapping[str, SourceColumn],
    known: Collection[str],
) -> Shape:
    """Compare the columns with the contract's, and with those that were there before."""
    known_to_us = {*(column.name for column in contract.columns), table.follows, table.paged_by}
    wanted = [column for column in contract.accepted_columns if column.name in found]
    return Shape(
        table,
        contract,
        columns=tuple(column.name for column in wanted),
        json=frozenset(name for name, column in found.items() if column.kinds[0] in JSON),
        lists=frozenset(name for name, column in found.items() if column.kinds[1] == "A"),
        others=tuple(name for name in found if name not in known_to_us),
        fault=find_missing(table, contract, found, known)
        or find_retyped(table, contract, wanted, found)
        or find_undated(table, found),
    )


def find_missing(
    table: SourceTable, contract: Table, found: Collection[str], known: Collection[str]
) -> str | None:
    """Say which columns are missing: those that a row must fill, and those that were there."""
    missing = [
        column.name
        for column in contract.accepted_columns
        if column.name not in found and (column.is_required or column.name in known)
    ]
    if not missing:
        return None
    advice = MISSING.format(table=table.table)
    return f"{table.table} lacks {', '.join(missing)} at the source. {advice}"


def find_retyped(
    table: SourceTable,
    contract: Table,
    wanted: Iterable[Column],
    found: Mapping[str, SourceColumn],
) -> str | None:
    """Say which column has a type that can't be read as the contract's; a key must be a uuid."""
    for column in wanted:
        readable = ("uuid",) if column.name == contract.key else READABLE[column.type]
        there = found[column.name]
        if set(readable).isdisjoint(there.kinds):
            return (
                f"{table.table}.{column.name} is {there.type} at the source, which can't be read "
                f"as {column.type}. {RETYPED}"
            )
    return None


def find_undated(table: SourceTable, found: Mapping[str, SourceColumn]) -> str | None:
    """Say that the column by which changes are found is missing, or is no instant."""
    if table.follows is None:
        return None
    if table.follows not in found:
        return (
            f"{table.table} lacks {table.follows} at the source, by which its changes are found. "
            "Bring it back there, or name another in the mapping."
        )
    there = found[table.follows]
    if "timestamptz" not in there.kinds:
        return (
            f"{table.table}.{there.name} is {there.type} at the source, and its changes are found "
            f"by a timestamptz. {RETYPED}"
        )
    return None


def explain_error(table: SourceTable, error: psycopg.Error) -> str:
    """Say in a line what the source answered to a question about a table."""
    reason = " ".join((error.diag.message_primary or str(error)).split())
    return f"{table.table} can't be read at the source: {reason}."
