"""Rows that changed since a table was last read, found by when they changed; at first all rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import psycopg

from ingestion.following.changes import Changed
from ingestion.following.pages import Page, Place, read_by_key, read_changed
from ingestion.following.plans import estimate_rows
from ingestion.following.shape import Shape, explain_error, raise_if_lost
from ingestion.following.source import Source
from ingestion.following.state import TableState, move_place
from ingestion.rows import CHUNK_ROWS

# Time is up once less is left of it than a page may take to read and load.
SECONDS_A_PAGE = 3.0


@dataclass
class Outcome:
    """What becomes of the tables of a round: which were read to their end, and why others not."""

    faults: dict[str, str] = field(default_factory=dict)
    through: set[str] = field(default_factory=set)

    def note_error(self, source: Source, shape: Shape, error: psycopg.Error) -> None:
        """Note a table's error; raise one that is the connection's."""
        raise_if_lost(source, error)
        self.faults[shape.table.name] = explain_error(shape.source, error)


def read_first(
    source: Source, shape: Shape, state: TableState, outcome: Outcome
) -> Iterator[Changed]:
    """Yield all rows of a table in the order of their keys, from where an earlier run came to."""
    rows_in_all = estimate_rows(source, shape)

    def read(after: Place | None) -> Page:
        with source.read():
            return read_by_key(source, shape, after.key if after else None, CHUNK_ROWS)

    done = state.rows_loaded
    for change in read_on(source, shape, state.place, outcome, read):
        done += change.row_count
        is_last = change.row_count < CHUNK_ROWS
        yield replace(change, rows_done=done, rows_in_all=done if is_last else rows_in_all)


def read_since(
    source: Source, shape: Shape, state: TableState, outcome: Outcome
) -> Iterator[Changed]:
    """Yield the rows of a loaded table that changed, in the order of their changes.

    The source is in a transaction already, so that all tables are read as of one instant.
    """

    def read(after: Place | None) -> Page:
        with source.connection.transaction():
            return read_changed(source, shape, state.read_from or "", after, CHUNK_ROWS)

    return read_on(source, shape, state.place, outcome, read)


def read_on(
    source: Source,
    shape: Shape,
    place: Place | None,
    outcome: Outcome,
    read: Callable[[Place | None], Page],
) -> Iterator[Changed]:
    """Yield page after page until the last or until time is up; each moves the place on."""
    while source.seconds_left > SECONDS_A_PAGE and shape.table.name not in outcome.faults:
        try:
            page = read(place)
        except psycopg.Error as error:
            outcome.note_error(source, shape, error)
            return
        place = page.last or place
        is_through = page.row_count < CHUNK_ROWS
        yield Changed(
            shape.table.name,
            page.chunk if page.row_count else None,
            settle=partial(
                move_place,
                table=shape.table.name,
                place=place,
                rows=page.row_count,
                is_through=is_through,
            ),
        )
        if is_through:
            outcome.through.add(shape.table.name)
            return
