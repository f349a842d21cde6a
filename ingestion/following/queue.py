"""Rows that changed, as triggers on the app's tables have noted them: read, loaded, forgotten."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from database.statements import fetch, load_statement
from ingestion.following.changes import Changed, Door, Loaded, load_changes, refresh_keys
from ingestion.following.cursor import SECONDS_A_PAGE, Outcome
from ingestion.following.keys import OwnKeys
from ingestion.following.shape import Shape
from ingestion.following.source import Source
from ingestion.rows import CHUNK_ROWS


@dataclass
class Noted:
    """Places in the queue, each with the instant at which it was filled, both as texts."""

    places: list[str] = field(default_factory=list)
    noted_at: list[str] = field(default_factory=list)

    def forget(self, warehouse: psycopg.Connection, statement: str = "forget_queued") -> None:
        """Empty these places, and no others."""
        warehouse.execute(load_statement("ingestion.following", statement), vars(self))


@dataclass
class Queued(Noted):
    """The keys of one table's rows that changed."""

    keys: list[str] = field(default_factory=list)


def load_queued(
    source: Source,
    door: Door,
    shapes: Sequence[Shape],
    own_keys: Mapping[str, OwnKeys],
    outcome: Outcome,
) -> Loaded:
    """Load the rows that the queue names, as they are now, unless time is up before.

    A row leaves the queue in the transaction that loads it. What an app's transaction changes is
    there once that has committed, however long it ran. `own_keys` are those of tables, by name,
    whose keys at the source are not the contract's.
    """
    loaded = Loaded()
    while source.seconds_left > SECONDS_A_PAGE:
        # The queue is read before the rows, which so are no older than what it says.
        queued = list_queued(door.warehouse, shapes, outcome)
        loaded.include(load_changes(door, read_queued(source, shapes, queued, own_keys, outcome)))
        # What an app that never rests has noted meanwhile is for the next round.
        if sum(len(table.places) for table in queued.values()) < CHUNK_ROWS:
            outcome.through.update(shape.table.name for shape in shapes)
            break
    return loaded


def list_queued(
    warehouse: psycopg.Connection, shapes: Sequence[Shape], outcome: Outcome
) -> dict[str, Queued]:
    """Return what waits, by table, up to CHUNK_ROWS rows."""
    tables = [shape.table.name for shape in shapes if shape.table.name not in outcome.faults]
    statement = load_statement("ingestion.following", "list_queued")
    queued: dict[str, Queued] = {}
    for row in fetch(warehouse, statement, {"tables": tables, "rows": CHUNK_ROWS}):
        table = queued.setdefault(row["table_name"], Queued())
        table.keys.append(row["row_key"])
        table.places += row["places"]
        table.noted_at += row["noted_at"]
    return queued


def read_queued(
    source: Source,
    shapes: Sequence[Shape],
    queued: Mapping[str, Queued],
    own_keys: Mapping[str, OwnKeys],
    outcome: Outcome,
) -> Iterator[Changed]:
    """Yield the rows of each table, parents first, all as of one instant."""
    if not queued:
        return
    with source.read("repeatable read"):
        for shape in shapes:
            found = queued.get(shape.table.name)
            if found is None:
                continue
            try:
                with source.connection.transaction():
                    changed = refresh_queued(source, shape, found, own_keys.get(shape.table.name))
            except psycopg.Error as error:
                outcome.note_error(source, shape, error)
            else:
                yield changed


def refresh_queued(
    source: Source, shape: Shape, queued: Queued, own_keys: OwnKeys | None
) -> Changed:
    """Read the rows that the queue names of one table."""
    if own_keys is None:
        return refresh_keys(source, shape, queued.keys, queued.forget)
    narrowed = own_keys.narrow(shape, queued.keys)
    return refresh_keys(source, narrowed, own_keys.convert(source, queued.keys), queued.forget)


def list_doubted(
    warehouse: psycopg.Connection, shapes: Sequence[Shape]
) -> dict[str, dict[str, Noted]]:
    """Return tables of which any row may have changed, each with what is forgotten once that is
    found out, by the statement that does so.
    """
    tables = [shape.table.name for shape in shapes]
    statement = load_statement("ingestion.following", "list_doubted")
    doubted: dict[str, dict[str, Noted]] = {}
    for row in fetch(warehouse, statement, {"tables": tables}):
        noted = doubted.setdefault(row["table_name"], {}).setdefault(row["forget"], Noted())
        noted.places.append(row["place"])
        noted.noted_at.append(row["noted_at"])
    return doubted
