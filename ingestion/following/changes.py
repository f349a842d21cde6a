"""Changed rows on their way from the source into the warehouse.

Whoever knows which rows changed yields `Changed`: a cursor over times of change (`cursor.py`), the
comparison of whole tables (`comparing.py`), or a queue that triggers fill with keys. For keys there
is `refresh_keys`: what the source has of them is loaded, what it no longer has is gone.
`load_changes` brings all of them in by the one door, and runs `settle` of each in the transaction
that loads it: there a position is moved on, or a queue emptied.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from ingestion.following.gone import forget_gone, mark_gone
from ingestion.following.lock import BUSY, FollowerBusyError
from ingestion.following.pages import read_keys
from ingestion.following.shape import Shape
from ingestion.following.source import Source
from ingestion.load import LoadReport, ProgressCallback, load_sources
from ingestion.refusal import USUAL, LoadRefusedError, Refusal, Tolerance
from ingestion.rows import CHUNK_ROWS, Chunk, HeldRows
from ingestion.tables import DateSpan


class NotLoadedError(RuntimeError):
    """The warehouse refused rows that had passed validation; the message says which rule."""


Settle = Callable[[psycopg.Connection], None]


def settle_nothing(connection: psycopg.Connection) -> None:
    """Stand in where nothing is to be noted."""


@dataclass(frozen=True)
class Changed:
    """Rows of one table that changed, as texts, and the keys of those that are gone.

    `settle` runs in the transaction that loads them. `rows_done` of `rows_in_all`, an estimate,
    are then loaded of a table that is read as a whole.
    """

    table: str
    chunk: Chunk | None
    gone: Sequence[str] = ()
    settle: Settle = settle_nothing
    rows_done: int = 0
    rows_in_all: int = 0

    @property
    def row_count(self) -> int:
        """How many rows are to be loaded."""
        return len(self.chunk.row_numbers) if self.chunk else 0


@dataclass
class Loaded:
    """What loading changes did, added up over its transactions."""

    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_waiting: int = 0
    rows_gone: int = 0
    warnings: dict[str, None] = field(default_factory=dict)

    def add(self, report: LoadReport) -> None:
        """Count what a load did."""
        self.rows_read += report.read
        self.rows_loaded += report.loaded
        self.rows_quarantined += report.quarantined
        self.rows_waiting += report.waiting
        self.warnings.update(dict.fromkeys(report.warnings))

    def include(self, other: "Loaded") -> None:
        """Add what others of the same round did."""
        self.rows_read += other.rows_read
        self.rows_loaded += other.rows_loaded
        self.rows_quarantined += other.rows_quarantined
        self.rows_waiting += other.rows_waiting
        self.rows_gone += other.rows_gone
        self.warnings.update(other.warnings)


@dataclass(frozen=True)
class Door:
    """Where changes go: the warehouse, as tat_ingest in autocommit mode, and what loads share.

    `name` is the source in the batch log; `span` are the days that rows may name; a table of which
    more is bad than `tolerance` allows is not loaded. `faults` say so, and of other tables that
    are not followed why.
    """

    warehouse: psycopg.Connection
    name: str
    span: DateSpan
    tolerance: Tolerance | None = USUAL
    progress: ProgressCallback | None = None
    faults: dict[str, str] = field(default_factory=dict)


def load_changes(door: Door, changes: Iterable[Changed]) -> Loaded:
    """Load changes as they come, of many tables in one transaction, up to CHUNK_ROWS rows in each.

    They come parents first. What was loaded stays when a later one fails. Of a table that is
    refused nothing more is loaded, so that it goes on where it stopped; the others go on.
    """
    loaded = Loaded()
    for held in gather(changes):
        load_held(door, held, loaded)
    return loaded


def gather(changes: Iterable[Changed]) -> Iterator[dict[str, Changed]]:
    """Yield what is loaded at once; where no more can be read, what was read before that first."""
    held: dict[str, Changed] = {}
    try:
        for change in changes:
            if change.table in held or count_rows(held) + change.row_count > CHUNK_ROWS:
                yield held
                held = {}
            held[change.table] = change
    except Exception:
        if held:
            yield held
        raise
    if held:
        yield held


def count_rows(held: dict[str, Changed]) -> int:
    """Count the rows that are held."""
    return sum(change.row_count for change in held.values())


def load_held(door: Door, held: dict[str, Changed], loaded: Loaded) -> None:
    """Load what is held in one transaction, without tables that are refused."""
    held = {name: change for name, change in held.items() if name not in door.faults}
    try:
        load_at_once(door, held, loaded)
    except LoadRefusedError as error:
        door.faults.update((refusal.table, describe(refusal)) for refusal in error.refusals)
        load_held(door, held, loaded)


def describe(refusal: Refusal) -> str:
    """Say why a table of the source is refused, and what to do."""
    return " ".join(
        [
            *refusal.describe()[:2],
            "Mend the source, or accept the bad rows by hand: tat source follow --accept-bad.",
        ]
    )


def load_at_once(door: Door, held: dict[str, Changed], loaded: Loaded) -> None:
    """Load what is held, and settle it. Raises LoadRefusedError, which leaves nothing behind."""
    connection = door.warehouse
    gone = 0

    def settle() -> None:
        nonlocal gone
        for change in held.values():
            forget_gone(connection, change.table, change.chunk)
            gone += mark_gone(connection, change.table, change.gone)
            change.settle(connection)

    rows = {name: HeldRows(held.chunk) for name, held in held.items() if held.chunk}
    if not rows and not any(change.gone for change in held.values()):
        with connection.transaction():
            settle()
        return
    with explain_refusal(held):
        report = load_sources(
            connection,
            door.name,
            rows,
            span=door.span,
            tolerance=door.tolerance,
            is_live=True,
            settle=settle,
        )
    loaded.add(report)
    loaded.rows_gone += gone
    if door.progress is not None:
        for change in held.values():
            done = change.rows_done or change.row_count
            door.progress("loading", change.table, done, max(done, change.rows_in_all))


@contextmanager
def explain_refusal(held: dict[str, Changed]) -> Iterator[None]:
    """Tell what the warehouse refuses from what the source does."""
    try:
        yield
    except psycopg.errors.LockNotAvailable:
        raise FollowerBusyError(BUSY) from None
    except psycopg.errors.IntegrityError as error:
        reason = " ".join(str(error).split())
        raise NotLoadedError(f"Rows of {', '.join(held)} could not be loaded: {reason}") from error


def refresh_keys(
    source: Source, shape: Shape, keys: Sequence[str], settle: Settle = settle_nothing
) -> Changed:
    """Read the rows of the given keys as they are now; those that are not there are gone."""
    page = read_keys(source, shape, keys)
    gone = sorted(set(keys).difference(page.keys))
    return Changed(shape.table.name, page.chunk if page.keys else None, gone, settle)
