"""Rows of the source as pages of text: the next ones of a table, or those of given keys."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from database.statements import load_statement
from ingestion.following.shape import Shape
from ingestion.following.source import Source
from ingestion.rows import Chunk

# What COPY's text form writes for a character that has a meaning there.
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
UNESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@dataclass(frozen=True)
class Place:
    """A row's place in the order in which a table is read: its key, after its time if it has one.

    Both are texts as PostgreSQL writes them.
    """

    key: str
    changed_at: str | None = None


@dataclass(frozen=True)
class Page:
    """Rows in their order, and where the last of them stands; None where there are no rows."""

    chunk: Chunk
    last: Place | None
    keys: Sequence[str]

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self.keys)


def read_by_key(source: Source, shape: Shape, after: str | None, rows: int) -> Page:
    """Read the next rows in the order of keys (the source's own), all of a table in the end."""
    key = name(shape.source.paged_by or shape.table.key)
    condition = sql.SQL("{} > {}").format(key, after) if after else sql.SQL("true")
    return read_page(source, shape, condition, key, rows, place=key)


def read_changed(source: Source, shape: Shape, since: str, after: Place | None, rows: int) -> Page:
    """Read the next rows that changed since an instant, in the order of their changes."""
    key, changed_at = name(shape.table.key), name(shape.source.follows or "")
    condition = sql.SQL("{} >= {}::timestamptz").format(changed_at, since)
    if after is not None:
        condition += sql.SQL(" and ({}, {}) > ({}::timestamptz, {}::uuid)").format(
            changed_at, key, after.changed_at, after.key
        )
    return read_page(source, shape, condition, sql.SQL("{}, {}").format(changed_at, key), rows)


def read_keys(source: Source, shape: Shape, keys: Sequence[str]) -> Page:
    """Read the rows of the given keys; those that are gone are left out."""
    key = name(shape.table.key)
    condition = sql.SQL("{} = any({}::uuid[])").format(key, list(keys))
    return read_page(source, shape, condition, key, len(keys))


def name(column: str) -> sql.Composed:
    """Name a column of the source's relation."""
    return sql.SQL("source.{}").format(sql.Identifier(column))


def read_page(
    source: Source,
    shape: Shape,
    condition: sql.Composable,
    order: sql.Composable,
    rows: int,
    *,
    place: sql.Composable | None = None,
) -> Page:
    """Read rows through COPY, as texts by column; `place` tells where one stands, or its key."""
    follows = shape.source.follows
    statement = sql.SQL(load_statement("ingestion.following", "read_page")).format(
        columns=sql.SQL(", ").join(map(name, shape.columns)),
        key=sql.Identifier(shape.table.key),
        place=place or name(shape.table.key),
        follows=name(follows) if follows else sql.SQL("null"),
        relation=sql.SQL(shape.source.relation),
        condition=condition,
        order=order,
        rows=rows,
    )
    text = b"".join(source.copy(statement)).decode(errors="surrogateescape")
    values = split_columns(text, len(shape.columns) + 3)
    *columns, keys, places, changed = values
    source.rows += len(keys)
    return Page(
        chunk=Chunk(
            row_numbers=range(1, len(keys) + 1),
            columns=dict(zip(shape.columns, columns, strict=True)),
        ),
        last=Place(places[-1], changed[-1] or None) if keys else None,
        keys=keys,
    )


def split_columns(text: str, width: int) -> list[list[str]]:
    """Split the text form of COPY into its columns."""
    if not text:
        return [[] for _ in range(width)]
    rows = (line.split("\t") for line in text[:-1].split("\n"))
    return [list(map(unescape, column)) for column in zip(*rows, strict=True)]


def unescape(value: str) -> str:
    """Return a value without the escapes of COPY."""
    if "\\" not in value:
        return value
    return ESCAPE.sub(lambda found: UNESCAPED.get(found[1], found[1]), value)
