"""Whole tables compared: what is gone at the source, and what changed without saying when.

Both sides give one digest for all rows whose keys end alike; where those differ, one for each row.
The rows that differ are only suspects: the source, and this side, may have moved on meanwhile. So
their keys are read again at the source while nobody else loads from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from database.statements import fetch, load_statement
from ingestion.following.changes import Door, Loaded, load_changes, refresh_keys
from ingestion.following.digests import compose_here, compose_there
from ingestion.following.lock import hold_follower
from ingestion.following.shape import Shape
from ingestion.following.source import Source
from ingestion.following.state import TableState, note_compared

KEYS_A_PAGE = 5_000
# More than this of a table is not deleted in an hour; it is emptied, restored, or hidden from us.
MOST_LOST = 100
MOST_LOST_SHARE = 0.1
FIRST_KEY = "00000000-0000-0000-0000-000000000000"

Buckets = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Difference:
    """How many rows differ, how many of them the source has not, and how many rows are here."""

    suspects: int
    gone: int
    rows: int

    @property
    def is_suspicious(self) -> bool:
        """Whether more is gone than anybody deletes."""
        return self.gone > max(MOST_LOST, MOST_LOST_SHARE * self.rows)


def find_difference(source: Source, warehouse: psycopg.Connection, shape: Shape) -> Difference:
    """Compare a table; the keys of rows that differ are left in pg_temp.suspect."""
    warehouse.execute(load_statement("ingestion.following", "drop_digests"))
    with source.read():
        there = sum_buckets(source.fetch(compose_there("digest_buckets", shape)))
    with warehouse.transaction():
        warehouse.execute("select set_config('timezone', 'UTC', true)")
        here = sum_buckets(fetch(warehouse, compose_here("digest_buckets", shape)))
    rows = sum(count for count, _ in here.values())
    unlike = sorted(
        name for name in there.keys() | here.keys() if there.get(name) != here.get(name)
    )
    if not unlike:
        return Difference(0, 0, rows)
    copy_digests(source, warehouse, shape, unlike)
    warehouse.execute(load_statement("ingestion.following", "find_suspects"))
    (counted,) = fetch(warehouse, load_statement("ingestion.following", "count_suspects"))
    return Difference(counted["suspects"], counted["gone"], rows)


def sum_buckets(rows: list[dict[str, Any]]) -> Buckets:
    """Return count and digest of the rows of each bucket."""
    return {row["bucket"]: (row["row_count"], row["digest"]) for row in rows}


def copy_digests(
    source: Source, warehouse: psycopg.Connection, shape: Shape, buckets: list[str]
) -> None:
    """Copy the digests of single rows from both sides into temporary tables."""
    parts = {"buckets": sql.Literal(buckets)}
    with source.read():
        fill_digests(warehouse, "there", source.copy(compose_there("copy_digests", shape, **parts)))
    with warehouse.transaction():
        warehouse.execute("select set_config('timezone', 'UTC', true)")
        warehouse.execute(compose_here("keep_digests", shape, **parts))


def fill_digests(warehouse: psycopg.Connection, name: str, blocks: Iterator[bytes]) -> None:
    """Send what one COPY gives on to another."""
    names = {"name": sql.Identifier(name)}
    create = load_statement("ingestion.following", "create_digests")
    warehouse.execute(sql.SQL(create).format(**names))
    fill = sql.SQL(load_statement("ingestion.following", "fill_digests")).format(**names)
    with warehouse.cursor() as cursor, cursor.copy(fill) as copy:
        for block in blocks:
            copy.write(block)


def list_suspects(warehouse: psycopg.Connection, *, with_gone: bool) -> Iterator[list[str]]:
    """Yield the keys that differ, page by page."""
    after = FIRST_KEY
    statement = load_statement("ingestion.following", "list_suspects")
    while True:
        parameters = {"after": after, "with_gone": with_gone, "rows": KEYS_A_PAGE}
        keys = [row["row_key"] for row in fetch(warehouse, statement, parameters)]
        if not keys:
            return
        yield keys
        after = keys[-1]


def compare_table(
    source: Source, door: Door, shape: Shape, state: TableState, writes: int | None
) -> Loaded:
    """Compare a table and load what differs; `writes` is what the source counted before.

    Where more is gone than anybody deletes, nothing of it is taken away here, and the table's
    state says so.
    """
    warehouse, loaded = door.warehouse, Loaded()
    found = find_difference(source, warehouse, shape)
    is_held_back = found.is_suspicious and not state.allows_loss
    if found.suspects:
        for keys in list_suspects(warehouse, with_gone=not is_held_back):
            with hold_follower(warehouse), source.read():
                loaded.include(load_changes(door, [refresh_keys(source, shape, keys)]))
    held_back = describe_loss(shape, found) if is_held_back else None
    note_compared(warehouse, shape.table.name, writes, held_back)
    return loaded


def describe_loss(shape: Shape, found: Difference) -> str:
    """Say how much is gone, and what to do."""
    name = shape.table.name
    return (
        f"The source no longer has {found.gone:,} of {found.rows:,} rows of {name}; they were left "
        f"as they are. If they are meant to be gone, run `tat source accept {name}`."
    )
