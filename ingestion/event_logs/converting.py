"""Converting an event log into a bundle: a request for each case, levels by the rules."""

import csv
import gzip
import io
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ingestion.event_logs.events import Event, EventStore, Progress, read_log
from ingestion.event_logs.levels import CaseLevels, Level, Matcher, build_matchers
from ingestion.event_logs.model import EventLogMapping, compile_patterns
from ingestion.event_logs.rows import (
    ACTIVITY_TYPES,
    NOBODY,
    Row,
    build_activities,
    build_levels,
    build_participants,
    build_pauses,
    build_request,
    find_initiator,
    read_value,
    write_time,
)
from ingestion.mapping.reading import read_file
from ingestion.sources.limits import BundleError


@dataclass
class Conversion:
    """What a log held and what was made of it; `unmatched` activities concern no level or status.

    `left_out` counts levels and events that could not be used, with the reason.
    """

    events: int = 0
    cases: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    unmatched: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass
class BundleWriter:
    """Writes rows to the files of their tables."""

    folder: Path
    files: ExitStack
    writers: dict[str, Any] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)

    def write(self, table: str, rows: Iterable[Row]) -> None:
        """Add rows to a table; the first one names its columns."""
        for row in rows:
            if table not in self.writers:
                self.writers[table] = self.open(table, list(row))
            self.writers[table].writerow(row.values())
            self.rows[table] += 1

    def open(self, table: str, columns: list[str]) -> Any:
        """Open the file of a table; return its writer."""
        file = gzip.GzipFile(self.folder / f"{table}.csv.gz", "wb", compresslevel=5, mtime=0)
        text = io.TextIOWrapper(self.files.enter_context(file), encoding="utf-8", newline="")
        writer = csv.writer(self.files.enter_context(text))
        writer.writerow(columns)
        return writer


@dataclass(frozen=True)
class Rules:
    """The rules of a mapping, compiled."""

    mapping: EventLogMapping
    matchers: list[Matcher]
    submitted: re.Pattern[str] | None
    statuses: list[tuple[re.Pattern[str], str]]

    def find_status(self, activity: str) -> str | None:
        """Return the status that an activity gives its request, by the first rule, or None."""
        return next((status for rule, status in self.statuses if rule.fullmatch(activity)), None)


def convert_log(
    log: Path, mapping_path: Path, folder: Path, progress: Progress = lambda done, total: None
) -> Conversion:
    """Write a bundle of an event log to a folder, which must not be there or be empty.

    Raises MappingError where the mapping is at fault, BundleError where the log can't be read;
    then nothing is left behind.
    """
    mapping = read_file(mapping_path, EventLogMapping)
    with (
        stage_folder(folder) as staged,
        read_log(log, mapping, staged.parent, progress) as store,
    ):
        return write_bundle(store, build_rules(mapping), staged)


@contextmanager
def stage_folder(folder: Path) -> Iterator[Path]:
    """Lend a folder beside the one that is asked for; it takes its name when all went well."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BundleError(f"{folder} is there already. Give a folder that is new or empty.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as name:
        staged = Path(name) / "bundle"
        staged.mkdir()
        yield staged
        staged.replace(folder)


def build_rules(mapping: EventLogMapping) -> Rules:
    """Compile the rules of a mapping."""
    statuses = [
        (compile_patterns(rule.activity), rule.status) for rule in mapping.requests.statuses
    ]
    return Rules(
        mapping,
        build_matchers(mapping),
        compile_patterns(mapping.requests.submitted),
        [(pattern, status) for pattern, status in statuses if pattern is not None],
    )


def write_bundle(store: EventStore, rules: Rules, folder: Path) -> Conversion:
    """Write the rows of all cases, then those of the people in them."""
    conversion = Conversion(events=store.read)
    people: dict[str, Event] = {}
    with ExitStack() as files:
        writer = BundleWriter(folder, files)
        for case, events in store.list_cases():
            conversion.cases += 1
            levels = write_case(writer, rules, conversion, case, events)
            note_people(people, events, levels)
        writer.write("users", (build_user(rules.mapping, *item) for item in people.items()))
        conversion.rows = writer.rows
    conversion.left_out.update(dict(store.list_left_out()))
    return conversion


def write_case(
    writer: BundleWriter, rules: Rules, conversion: Conversion, case: str, events: list[Event]
) -> list[Level]:
    """Write the rows of one case; return its levels."""
    shortest = timedelta(seconds=rules.mapping.shortest_level_seconds)
    taken = CaseLevels(rules.matchers, shortest)
    submitted_at: datetime | None = None if rules.submitted else events[0].happened_at
    decision: tuple[str, datetime] | None = None
    types = []
    for place, event in enumerate(events):
        role = taken.take(events, place)
        status = rules.find_status(event.activity)
        is_submission = bool(rules.submitted and rules.submitted.fullmatch(event.activity))
        if is_submission and submitted_at is None:
            submitted_at = event.happened_at
        if status is not None:
            decision = (status, event.happened_at)
        if role is None and status is None and not is_submission:
            conversion.unmatched[event.activity] += 1
        types.append(name_type(ACTIVITY_TYPES[role] if role else None, is_submission, status))
    levels = taken.list_levels()
    conversion.left_out.update(taken.left_out)
    request = build_request(rules.mapping, case, events, levels, submitted_at, decision)
    writer.write("workflow_requests", [request])
    writer.write("approval_levels", build_levels(case, levels))
    writer.write("level_pauses", build_pauses(case, levels))
    writer.write("participants", build_participants(case, events, levels))
    writer.write("activities", build_activities(case, events, types))
    return levels


def name_type(of_level: str | None, is_submission: bool, status: str | None) -> str:
    """Name the kind of an activity."""
    if of_level:
        return of_level
    if is_submission:
        return "submitted"
    return "closed" if status == "CLOSED" else "status_change"


def note_people(people: dict[str, Event], events: list[Event], levels: list[Level]) -> None:
    """Keep each person's first event, and somebody for those whom the log does not name."""
    for event in events:
        if event.resource:
            people.setdefault(event.resource, event)
    if find_initiator(events) == NOBODY or not all(level.approver for level in levels):
        people.setdefault(NOBODY, Event("", events[0].happened_at, NOBODY))


def build_user(mapping: EventLogMapping, name: str, event: Event) -> Row:
    """The user of a resource."""
    made = re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".") or NOBODY
    return {
        "user_id": name,
        "email": read_value(mapping.users.email, [event]) or f"{made}@example.invalid",
        "display_name": name,
        "department": read_value(mapping.users.department, [event]) or "",
        "designation": read_value(mapping.users.designation, [event]) or "",
        "created_at": write_time(event.happened_at),
        "updated_at": write_time(event.happened_at),
    }
