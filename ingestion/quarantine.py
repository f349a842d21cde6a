"""Quarantine: rows kept out, each with its reasons, and the waiting ones that may come back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple, NoReturn

from psycopg import Connection, sql
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from database.statements import Query, load_statement
from ingestion.incoming import UnmergedRow, compose, name_parent, name_version
from ingestion.keys import map_key
from ingestion.reasons import Reason, describe_duplicate, describe_overlap, describe_unknown
from ingestion.rows import CHUNK_ROWS, Chunk, RawRow, RowSource
from ingestion.tables import Table


class Parent(NamedTuple):
    """A parent that a row waits for."""

    table: str
    key: str


@dataclass(frozen=True)
class Reject:
    """A row that is kept out. `key` and `updated_at` are texts that PostgreSQL takes."""

    row_number: int
    raw: RawRow
    reasons: list[Reason]
    key: str | None = None
    updated_at: str | None = None
    parent: Parent | None = None


class SourceChangedError(Exception):
    """A source gave other rows when it was read again: it is being written. Load it later."""


@dataclass(frozen=True)
class WaitingRows:
    """Waiting rows whose parent has come, at most a chunk of them, alike in their columns."""

    quarantine_ids: list[int]
    chunk: Chunk


def create_rejected(connection: Connection) -> None:
    """Create the temporary tables that a load hands its rejects through."""
    connection.execute(load_statement("ingestion", "create_rejected"))
    connection.execute(load_statement("ingestion", "create_accepted"))


def copy_rejects(connection: Connection, table: Table, rejects: Iterable[Reject]) -> None:
    """Copy rejects to the temporary table that `quarantine_rejects` empties."""
    statement = load_statement("ingestion", "copy_rejected")
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for reject in rejects:
            parent = reject.parent or Parent("", "")
            copy.write_row(
                (
                    reject.row_number,
                    name_key(table, reject.key),
                    Jsonb(make_storable(reject.raw)),
                    [escape_text(reason.text) for reason in reject.reasons],
                    parent.table or None,
                    parent.key or None,
                    reject.updated_at,
                )
            )


def name_key(table: Table, key: str | None) -> str | None:
    """Write a key as PostgreSQL does, so that a loaded row finds its earlier rejects."""
    return None if key is None else str(map_key(table.name, key))


def make_storable(raw: RawRow) -> RawRow:
    """Escape what PostgreSQL can't hold in a source row."""
    return {escape_text(name): escape_text(value) for name, value in raw.items()}


def escape_text(text: str) -> str:
    """Write NUL and halves of surrogate pairs as escapes; other text is left as it is."""
    return text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()


def read_unmerged(
    table: Table, source: RowSource, unmerged: Iterator[UnmergedRow]
) -> Iterator[list[Reject]]:
    """Read a source again for the rows that were taken out of its pass, chunk by chunk.

    `unmerged` come in the order of their rows. Raises SourceChangedError when a row is gone.
    """
    upcoming = next(unmerged, None)
    first_row_id = 0
    for chunk in source.read():
        end = first_row_id + len(chunk.row_numbers)
        rejects = []
        while upcoming is not None and upcoming.row_id < end:
            rejects.append(build_reject(table, upcoming, chunk, upcoming.row_id - first_row_id))
            upcoming = next(unmerged, None)
        yield rejects
        first_row_id = end
    if upcoming is not None:
        refuse_change(table)


def refuse_change(table: Table) -> NoReturn:
    """Raise SourceChangedError."""
    raise SourceChangedError(
        f"The rows of {table.name} changed while they were read. Load them once all are there."
    )


def build_reject(table: Table, unmerged: UnmergedRow, chunk: Chunk, index: int) -> Reject:
    """Word why a row was taken out of its pass; raise SourceChangedError if it is another row."""
    raw = chunk.raw_row(index)
    if name_key(table, raw.get(table.key, "")) != unmerged.key:
        refuse_change(table)
    parent = None
    if unmerged.parent_key:
        first = table.column(unmerged.columns[0])
        parent = Parent(first.parent or "", unmerged.parent_key)
    return Reject(
        row_number=chunk.row_numbers[index],
        raw=raw,
        reasons=list_reasons(table, unmerged, raw),
        key=unmerged.key,
        updated_at=unmerged.updated_at,
        parent=parent,
    )


def list_reasons(table: Table, unmerged: UnmergedRow, raw: RawRow) -> list[Reason]:
    """Say why a row was taken out: another one's place, or the parents that it lacks."""
    if unmerged.is_overlap:
        return [describe_overlap(table)]
    if unmerged.is_duplicate:
        return [describe_duplicate(table)]
    return [describe_unknown(table.column(name), raw.get(name, "")) for name in unmerged.columns]


def quarantine_rejects(connection: Connection, table: Table, batch_id: int) -> None:
    """Move the rejects copied so far to quarantine."""
    connection.execute(
        load_statement("ingestion", "quarantine_rejected"),
        {"table": table.name, "batch_id": batch_id},
    )
    connection.execute(load_statement("ingestion", "clear_rejected"))


def resolve_quarantined(connection: Connection, table: Table, batch_id: int) -> None:
    """Resolve rows quarantined by earlier batches whose key is loaded now, as new or newer."""
    connection.execute(
        compose("resolve_quarantined", key=sql.Identifier(table.key), version=name_version(table)),
        {"table": table.name, "batch_id": batch_id},
    )


def resolve_retried(connection: Connection, quarantine_ids: list[int]) -> None:
    """Resolve waiting rows that are loaded now."""
    connection.execute(
        load_statement("ingestion", "resolve_retried"), {"quarantine_ids": quarantine_ids}
    )


def list_ready(connection: Connection, table: Table) -> Iterator[WaitingRows]:
    """Yield the waiting rows of a table whose missing parent has come."""
    parents = {column.parent: column for column in table.parents}
    for name, column in parents.items():
        statement = compose("list_ready", **name_parent(column))
        yield from read_held(connection, statement, {"table": table.name, "parent": name})


def list_chosen(connection: Connection, table: Table, ids: list[int]) -> Iterator[WaitingRows]:
    """Yield those of the chosen rows that are of a table and may land by now."""
    statement = load_statement("ingestion", "list_chosen")
    duplicate = describe_duplicate(table).text
    parameters = {"ids": ids, "table": table.name, "duplicate": duplicate}
    yield from read_held(connection, statement, parameters)


def read_held(
    connection: Connection, statement: Query, parameters: dict[str, Any]
) -> Iterator[WaitingRows]:
    """Yield rows of the quarantine that are alike in their columns, at most a chunk at once.

    Read through a cursor in the server, so that the memory is bounded.
    """
    with connection.cursor("held_rows", row_factory=tuple_row) as cursor:
        cursor.execute(statement, parameters)
        cursor.itersize = CHUNK_ROWS
        for names, rows in groupby(cursor, key=itemgetter(3)):
            while part := list(islice(rows, CHUNK_ROWS)):
                yield build_waiting(names, part)


def build_waiting(names: list[str], rows: list[tuple[Any, ...]]) -> WaitingRows:
    """Turn quarantined rows of the same columns into a chunk."""
    return WaitingRows(
        quarantine_ids=[row[0] for row in rows],
        chunk=Chunk(
            row_numbers=[row[1] or 0 for row in rows],
            columns={name: [row[2][name] for row in rows] for name in names},
        ),
    )
