"""The events of a log by case, in the order of their times; on disk, so that logs may be large."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingestion.event_logs.model import EventColumns, EventLogMapping
from ingestion.event_logs.xes import XesFile
from ingestion.sources.files import CsvFile
from ingestion.sources.limits import BundleError

# Called with the bytes read and the bytes there are.
Progress = Callable[[int, int], None]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
CREATE = """
create table events (case_name text, happened_at integer, activity text, resource text, rest text)
"""
INSERT = "insert into events values (?, ?, ?, ?, ?)"
# In the order of the log where times are equal.
READ = """
select case_name, happened_at, activity, resource, rest
from events order by case_name, happened_at, rowid
"""


@dataclass(frozen=True)
class Event:
    """Something that happened in a case; `attributes` are those that the mapping reads."""

    activity: str
    happened_at: datetime
    resource: str | None
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class EventStore:
    """The events that were read, and why others were left out, with the first place of each."""

    database: sqlite3.Connection
    read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    first_places: dict[str, str] = field(default_factory=dict)

    def list_cases(self) -> Iterator[tuple[str, list[Event]]]:
        """Yield each case with its events."""
        case = ""
        events: list[Event] = []
        for name, happened_at, activity, resource, rest in self.database.execute(READ):
            if name != case and events:
                yield case, events
                events = []
            case = name
            at = EPOCH + happened_at * MICROSECOND
            events.append(Event(activity, at, resource, json.loads(rest)))
        if events:
            yield case, events

    def leave_out(self, reason: str, place: str) -> None:
        """Count an event that can't be used."""
        self.left_out[reason] += 1
        self.first_places.setdefault(reason, place)

    def list_left_out(self) -> Iterator[tuple[str, int]]:
        """Yield why events were left out, and how many."""
        for reason, events in self.left_out.most_common():
            yield f"events with {reason}; the first is {self.first_places[reason]}", events


@contextmanager
def read_log(
    path: Path, mapping: EventLogMapping, folder: Path, progress: Progress
) -> Iterator[EventStore]:
    """Read a log (.xes or .csv, also .gz) and lend its events, kept in a file in `folder`.

    Raises BundleError where the log can't be read.
    """
    with closing(sqlite3.connect(folder / "events.db", isolation_level=None)) as database:
        # Nobody needs the file after a crash.
        database.execute("pragma journal_mode = off")
        database.execute("pragma synchronous = off")
        database.execute("begin")
        database.execute(CREATE)
        store = EventStore(database)
        database.executemany(INSERT, list_rows(path, mapping, store, progress))
        if not store.read:
            reasons = "".join(
                f" Left out: {events:,} {why}." for why, events in store.list_left_out()
            )
            raise BundleError(f"{path.name} holds no event that can be used.{reasons}")
        yield store


def list_rows(
    path: Path, mapping: EventLogMapping, store: EventStore, progress: Progress
) -> Iterator[tuple[str, int, str, str | None, str]]:
    """Yield what is kept of each event; note those that lack their case, activity or time."""
    columns = mapping.event_log
    wanted = mapping.list_attributes()
    size = path.stat().st_size if path.exists() else 0
    file, events = open_log(path, columns)
    for number, (line, event) in enumerate(events, start=1):
        if number % 10_000 == 1:
            progress(file.progress.position, size)
        case = join_all(event, columns.case)
        activity = join(event, columns.activity, "+")
        text = event.get(columns.timestamp[0], "").strip()
        happened_at = read_instant(columns, text)
        if not case or not activity or happened_at is None:
            place = f"of the case {case}" if case else f"about line {line:,}"
            store.leave_out(say_missing(columns, case, activity, text), place)
            continue
        store.read += 1
        rest = {name: event[name] for name in wanted if event.get(name)}
        resource = join_all(event, columns.resource) or None
        yield case, happened_at, activity, resource, json.dumps(rest)
    progress(size, size)


def open_log(
    path: Path, columns: EventColumns
) -> tuple[XesFile | CsvFile, Iterator[tuple[int, dict[str, str]]]]:
    """Return the file of a log and its events, each with about its line; raises BundleError."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(".xes"):
        xes = XesFile(path)
        return xes, xes.read_events()
    if name.endswith(".csv"):
        table = CsvFile(path, separator=columns.separator)
        refuse_other_columns(table, columns)
        return table, read_csv_events(table)
    raise BundleError(f"{path.name} is no event log: its name ends in .xes, .csv or one with .gz.")


def refuse_other_columns(table: CsvFile, columns: EventColumns) -> None:
    """Raise BundleError where a CSV file lacks a column that each event needs."""
    header = table.read_header()
    needed = [*columns.case, *columns.activity, *columns.timestamp]
    missing = [name for name in needed if name not in header]
    if missing:
        raise BundleError(
            f"{table.path.name} has no column {', '.join(missing)}; it has {', '.join(header)}. "
            "Name its columns, and what separates them, under event_log in the mapping."
        )


def read_csv_events(table: CsvFile) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a CSV file; one of another width has nothing that can be used."""
    for chunk in table.read():
        for index, number in enumerate(chunk.row_numbers):
            yield number, chunk.raw_row(index)
        for broken in chunk.broken:
            yield broken.row_number, {}


def join(event: dict[str, str], names: list[str], separator: str) -> str:
    """Join the texts of an event that there are."""
    return separator.join(filter(None, (event.get(name, "").strip() for name in names)))


def join_all(event: dict[str, str], names: list[str]) -> str:
    """Join texts of an event that only tell things apart together; none where one is missing."""
    return join(event, names, " ") if all(event.get(name, "").strip() for name in names) else ""


def read_instant(columns: EventColumns, text: str) -> int | None:
    """Read a time as microseconds since the epoch, or None where it can't be read."""
    try:
        return (columns.read_time(text) - EPOCH) // MICROSECOND
    except (ValueError, OverflowError):
        return None


def say_missing(columns: EventColumns, case: str, activity: str, text: str) -> str:
    """Say what an event lacks."""
    if not case:
        return f"no case ({', '.join(columns.case)})"
    if not activity:
        return f"no activity ({', '.join(columns.activity)})"
    if not text:
        return f"no time ({columns.timestamp[0]})"
    return "a time that can't be read, or has no offset: set time_format or time_zone"
