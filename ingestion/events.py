"""Events: the body of an HTTP call as rows of the contract, in the memory."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingestion.contract import TABLES
from ingestion.quarantine import escape_text
from ingestion.rows import Chunk, HeldRows, RawRow
from ingestion.sources.files import refuse_constant, write_as_text
from ingestion.sources.limits import COLUMNS

EVENT_BYTES = 5_000_000
EVENT_ROWS = 10_000


class EventError(ValueError):
    """An event is not of the form that the schema says; `pointer` leads to the place (RFC 6901)."""

    def __init__(self, detail: str, pointer: str = "") -> None:
        super().__init__(detail)
        self.pointer = pointer


@dataclass(frozen=True)
class Event:
    """The rows of an event by table. Events of the same `digest` (32 bytes) have the same rows."""

    event_id: str
    digest: bytes
    rows: dict[str, list[RawRow]]

    @property
    def row_count(self) -> int:
        """How many rows it has."""
        return sum(len(rows) for rows in self.rows.values())


def read_event(event_id: str, body: bytes) -> Event:
    """Read a JSON object that has a list of rows for each table. Raises EventError."""
    try:
        tables = json.loads(
            body.decode(), object_pairs_hook=build_object, parse_constant=refuse_constant
        )
        digest = hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).digest()
        event = Event(event_id, digest, dict(read_tables(tables)))
    except EventError:
        raise
    except UnicodeDecodeError:
        raise EventError("The body is not UTF-8 text.") from None
    except ValueError as error:
        raise EventError(f"The body is not JSON: {error}.") from None
    except RecursionError:
        raise EventError("The body is nested too deeply.") from None
    refuse_extent(event)
    return event


def build_object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object; raises EventError for a name that comes twice: one of them would be lost."""
    built = dict(members)
    if len(built) < len(members):
        names = [name for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)
        raise EventError(f"The name {json.dumps(twice)} comes twice in one object.")
    return built


def read_tables(tables: Any) -> Iterator[tuple[str, list[RawRow]]]:
    """Yield the rows of each table. Raises EventError."""
    if not isinstance(tables, dict):
        raise EventError("The body must be an object that has a list of rows for each table.")
    known = {table.name for table in TABLES}
    for name, rows in tables.items():
        if name not in known:
            raise EventError(
                f"There is no table {json.dumps(name)}. Known are {', '.join(sorted(known))}.",
                write_pointer(name),
            )
        if not isinstance(rows, list):
            raise EventError(f"{name} must be a list of rows.", write_pointer(name))
        yield name, [read_row(row, write_pointer(name, index)) for index, row in enumerate(rows)]


def read_row(row: Any, pointer: str) -> RawRow:
    """Return the values of a row as text. Raises EventError."""
    if not isinstance(row, dict):
        raise EventError("A row must be an object of columns and values.", pointer)
    texts = {name.strip().lower(): write_as_text(value) for name, value in row.items()}
    if len(texts) < len(row):
        raise EventError("Two of the row's names differ only in case or blanks.", pointer)
    return texts


def write_pointer(*parts: str | int) -> str:
    """Write where something is in the body, as RFC 6901 does, in characters that JSON may hold."""
    names = (escape_text(str(part)).replace("~", "~0").replace("/", "~1") for part in parts)
    return "".join(f"/{name}" for name in names)


def refuse_extent(event: Event) -> None:
    """Raise EventError where an event has no rows, or more rows or columns than it may."""
    if not event.row_count:
        raise EventError("The event has no rows.")
    if event.row_count > EVENT_ROWS:
        raise EventError(
            f"The event has {event.row_count:,} rows, more than {EVENT_ROWS:,}. Split it."
        )
    for table, rows in event.rows.items():
        if len({name for row in rows for name in row}) > COLUMNS:
            raise EventError(f"The rows name more than {COLUMNS:,} columns.", write_pointer(table))


def group_rows(rows: list[RawRow]) -> list[HeldRows]:
    """Put rows together that have the same columns: a column that one lacks is left as it is.

    Rows are numbered from 1. Of two groups that first stands whose last row came first.
    """
    groups: dict[frozenset[str], list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(frozenset(row), []).append(index)
    return [
        hold_rows(rows, indexes) for indexes in sorted(groups.values(), key=lambda found: found[-1])
    ]


def hold_rows(rows: list[RawRow], indexes: list[int]) -> HeldRows:
    """Hold some rows, of the same columns, as a source."""
    columns = {name: [rows[index][name] for index in indexes] for name in rows[indexes[0]]}
    return HeldRows(Chunk([index + 1 for index in indexes], columns))
