"""Which tables of a source must be watched for a mapping, and how the keys noted there are read."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from database.statements import fetch, load_statement
from ingestion.following.capturing import Capture
from ingestion.following.keys import OwnKeys
from ingestion.following.plans import list_relations
from ingestion.mapping.composing import convert_key, split_name
from ingestion.mapping.model import Mapping
from ingestion.mapping.reading import read_mapping
from ingestion.mapping.source import MappedTable, map_tables


def list_mapped_captures(
    connection: psycopg.Connection, path: Path, *, per_row: bool
) -> list[Capture]:
    """Return what is to be noted of the tables that a mapping file reads.

    Of the table that rows come from the key is noted, where the contract's key is made of one of
    its columns. Of every other table that a row is put together from it is noted that any row may
    have changed. `connection` leads to the source.
    """
    mapping = read_mapping(path)
    return [
        capture
        for mapped in map_tables(connection, mapping)
        if not mapped.faults
        for capture in list_captures(connection, mapping, mapped, per_row=per_row)
    ]


def list_captures(
    connection: psycopg.Connection, mapping: Mapping, mapped: MappedTable, *, per_row: bool
) -> Iterator[Capture]:
    """Yield what is to be noted for one table of the contract."""
    base, key = find_base(mapping, mapped), find_key(mapped)
    for schema, name in list_tables(connection, mapped.relation):
        is_base = (schema, name) == base and key is not None
        yield Capture(
            schema,
            name,
            mapped.table.name,
            key if is_base else None,
            per_row=per_row,
            keys=read_own_keys(mapping, mapped) if is_base else None,
        )


def list_tables(connection: psycopg.Connection, relation: str) -> list[tuple[str, str]]:
    """Return schema and name of the tables that a relation reads."""
    explain = sql.SQL(load_statement("ingestion.following", "explain_relation"))
    (row,) = fetch(connection, explain.format(relation=sql.SQL(relation)))
    return list_relations(row["QUERY PLAN"][0]["Plan"])


def find_base(mapping: Mapping, mapped: MappedTable) -> tuple[str, str] | None:
    """Return the table that gives a row each; None for a query, and for one joined to itself."""
    if mapped.given.from_ is None:
        return None
    base = split_name(mapped.given.from_, mapping.schema_)
    joined = [split_name(join.table, mapping.schema_) for join in mapped.given.join]
    return None if base in joined else base


def find_key(mapped: MappedTable) -> str | None:
    """Return the column that the contract's key is made of; None where it is more than a column."""
    value = mapped.given.find_value(mapped.table.key)
    if value is None or value.column is None or not mapped.is_plain(mapped.table.key):
        return None
    alias, dot, name = value.column.partition(".")
    if not dot:
        return value.column
    called = mapped.given.alias or (mapped.given.from_ or "").rpartition(".")[2]
    return name if alias == called else None


def read_own_keys(mapping: Mapping, mapped: MappedTable) -> OwnKeys | None:
    """Say what the source's own keys become; None where they are the contract's as they are."""
    if mapped.find_own_key() is None:
        return None
    type_ = mapped.types[mapped.table.key]
    made = convert_key(mapping, mapped.table.name, sql.SQL("own.key"), type_)
    return OwnKeys(made.as_string(None), type_.name)
