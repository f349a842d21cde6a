"""Following the source: one round reads what changed there and loads it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import psycopg

from ingestion.following.capturing import Capture, find_uncaptured
from ingestion.following.changes import Changed, Door, Loaded, NotLoadedError, load_changes
from ingestion.following.comparing import compare_table
from ingestion.following.cursor import SECONDS_A_PAGE, read_first, read_since
from ingestion.following.horizon import look_at_source
from ingestion.following.lock import hold_follower
from ingestion.following.plans import count_writes, find_advice
from ingestion.following.queue import list_doubted, load_queued
from ingestion.following.rounds import FollowReport, Round
from ingestion.following.shape import Shape, describe_shapes
from ingestion.following.source import SourceAwayError, describe_address, open_source
from ingestion.following.state import (
    TableState,
    forget_other_relations,
    move_place,
    note_advice,
    note_compared,
    note_failure,
    note_fault,
    note_followed,
    note_look,
    note_shape,
    read_look,
    read_states,
)
from ingestion.following.tables import SourceTable
from ingestion.load import choose_span
from ingestion.prefetch import prefetch
from ingestion.refusal import USUAL, Tolerance
from ingestion.report import ProgressCallback
from ingestion.tables import DateSpan

# What the clocks of an app's servers may be behind that of its database.
OVERLAP = timedelta(seconds=60)


def follow_source(
    warehouse: psycopg.Connection,
    url: str,
    tables: Sequence[SourceTable],
    *,
    seconds: float,
    span: DateSpan | None = None,
    captures: Sequence[Capture] = (),
    overlap: timedelta = OVERLAP,
    tolerance: Tolerance | None = USUAL,
    progress: ProgressCallback | None = None,
) -> FollowReport:
    """Load what changed at the source since the last round, for so many seconds at most.

    Where its tables stand in the warehouse's database, with triggers that note what changes,
    `captures` name them. A table of which more is bad than `tolerance` allows is left as it is.

    `warehouse` is in autocommit mode and acts as tat_ingest. What was loaded when time is up, or
    when the process is killed, stays, and the next round goes on from there. Raises
    SourceAwayError when the source does not answer, FollowerBusyError when another follows it.
    """
    address = describe_address(url)
    door = Door(warehouse, f"source {address}", span or choose_span(), tolerance, progress)
    with hold_follower(warehouse):
        try:
            with open_source(url, seconds=seconds) as source:
                return run_round(Round(source, door, captures), tables, overlap)
        except (SourceAwayError, NotLoadedError) as error:
            note_failure(warehouse, address, str(error))
            raise


def run_round(work: Round, tables: Sequence[SourceTable], overlap: timedelta) -> FollowReport:
    """Look at the source, load what changed, then go on with tables that are new.

    So the tables that are loaded are followed, however long the first load of another takes.
    """
    warehouse = work.door.warehouse
    look, fresh_columns = begin_round(work, tables, overlap)
    if work.captures:
        loaded = load_noted(work, overlap)
    else:
        loaded = load_changes(work.door, read_changes(work, overlap))
        loaded.include(compare_written(work, overlap))
    loaded.include(load_changes(work.door, read_new_tables(work, overlap)))
    for table, fault in work.outcome.faults.items():
        note_fault(warehouse, table, fault)
    is_through = is_all_read(work)
    if is_through:
        note_followed(warehouse)
    return work.report(loaded, read_at=look, fresh_columns=fresh_columns, is_through=is_through)


def begin_round(
    work: Round, tables: Sequence[SourceTable], overlap: timedelta
) -> tuple[datetime, dict[str, list[str]]]:
    """Look at the source's clock, transactions and columns, and note all of it at once.

    Returns the source's time, and the columns that are new there, by table.
    """
    warehouse, source = work.door.warehouse, work.source
    before = read_look(warehouse)
    look = look_at_source(source, before)
    with warehouse.transaction():
        forget_other_relations(warehouse, tables)
        known = read_states(warehouse, overlap)
        columns = {name: state.columns for name, state in known.items() if state.columns}
        work.shapes = describe_shapes(source, tables, columns)
        note_look(warehouse, source.address, look, before)
        fresh = {
            shape.table.name: note_shape(warehouse, shape, look)
            for shape in work.shapes
            if not shape.is_absent
        }
    work.outcome.faults.update(
        (shape.table.name, shape.fault) for shape in work.shapes if shape.fault
    )
    return look.read_at, {name: columns for name, columns in fresh.items() if columns}


def read_new_tables(work: Round, overlap: timedelta) -> Iterator[Changed]:
    """Yield the rows of tables that are loaded for the first time; a page is read ahead."""
    states = read_states(work.door.warehouse, overlap)
    shapes = list(work.list_followed(states, is_loaded=False))
    pages = (
        change
        for shape in shapes
        for change in read_first(work.source, shape, states[shape.table.name], work.outcome)
    )
    with prefetch(pages, 1) as ahead:
        yield from ahead


def read_changes(work: Round, overlap: timedelta) -> Iterator[Changed]:
    """Yield what changed in the tables that are loaded, all as of one instant."""
    states = read_states(work.door.warehouse, overlap)
    with work.source.read("repeatable read"):
        for shape in work.list_followed(states, is_loaded=True):
            if shape.source.follows:
                yield from read_since(work.source, shape, states[shape.table.name], work.outcome)


def compare_written(work: Round, overlap: timedelta) -> Loaded:
    """Compare the tables whose rows have no dates, each time that they were written."""
    states = read_states(work.door.warehouse, overlap)
    loaded = Loaded()
    for shape in work.list_followed(states, is_loaded=True):
        if shape.source.follows is None:
            loaded.include(compare_if_written(work, shape, states[shape.table.name]))
    return loaded


def compare_if_written(work: Round, shape: Shape, state: TableState) -> Loaded:
    """Compare a table unless the source counts no write since the last time, or time is up."""
    loaded = Loaded()
    if work.source.seconds_left <= SECONDS_A_PAGE:
        return loaded
    try:
        writes = count_writes(work.source, shape)
        if writes is None or writes != state.writes:
            loaded = compare_table(work.source, work.door, shape, state, writes)
        work.outcome.through.add(shape.table.name)
    except psycopg.Error as error:
        work.outcome.note_error(work.source, shape, error)
    return loaded


def load_noted(work: Round, overlap: timedelta) -> Loaded:
    """Load the rows that triggers have noted, then compare the tables that they say little of."""
    warehouse = work.door.warehouse
    states = read_states(warehouse, overlap)
    shapes = list(work.list_followed(states, is_loaded=True))
    own_keys = {capture.table: capture.keys for capture in work.captures if capture.keys}
    loaded = load_queued(work.source, work.door, shapes, own_keys, work.outcome)
    doubted = list_doubted(warehouse, shapes)
    uncaptured = {capture.table for capture in find_uncaptured(warehouse, work.captures)}
    for shape in shapes:
        state, doubts = states[shape.table.name], doubted.get(shape.table.name, {})
        if not doubts and shape.table.name not in uncaptured:
            continue
        work.outcome.through.discard(shape.table.name)
        loaded.include(
            compare_if_written(work, shape, replace(state, writes=None) if doubts else state)
        )
        if shape.table.name in work.outcome.through:
            for statement, noted in doubts.items():
                noted.forget(warehouse, statement)
    for table in work.outcome.through.intersection(states).difference(work.outcome.faults):
        move_place(warehouse, table, None, rows=0, is_through=True)
    return loaded


def is_all_read(work: Round) -> bool:
    """Whether every table that can be followed was read to its end."""
    return all(
        shape.table.name in work.outcome.through or shape.table.name in work.outcome.faults
        for shape in work.shapes
        if shape.is_followed
    )


def compare_source(
    warehouse: psycopg.Connection,
    url: str,
    tables: Sequence[SourceTable],
    *,
    seconds: float,
    span: DateSpan | None = None,
    tolerance: Tolerance | None = USUAL,
) -> FollowReport:
    """Compare the tables that were not compared for an hour, beside whoever follows the source.

    Takes the lock of followers only to load what differs. Raises as `follow_source` does.
    """
    address = describe_address(url)
    door = Door(warehouse, f"source {address}", span or choose_span(), tolerance)
    with open_source(url, seconds=seconds) as source:
        work = Round(source, door)
        states = read_states(warehouse, OVERLAP)
        columns = {name: state.columns for name, state in states.items() if state.columns}
        work.shapes = describe_shapes(source, tables, columns)
        due = [
            shape
            for shape in work.list_followed(states, is_loaded=True)
            if states[shape.table.name].is_due
        ]
        loaded = Loaded()
        for shape in due:
            loaded.include(try_to_compare(work, shape, states[shape.table.name]))
        return work.report(loaded, is_through=not work.outcome.faults)


def try_to_compare(work: Round, shape: Shape, state: TableState) -> Loaded:
    """Compare a table; note it where that can't be done, and what would spare the source work."""
    warehouse, name = work.door.warehouse, shape.table.name
    writes = count_writes(work.source, shape)
    note_advice(warehouse, name, find_advice(work.source, shape))
    try:
        return compare_table(work.source, work.door, shape, state, writes)
    except psycopg.Error as error:
        work.outcome.note_error(work.source, shape, error)
    note_compared(warehouse, name, writes, f"Not compared: {work.outcome.faults[name]}")
    return Loaded()
