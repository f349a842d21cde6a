"""Writes a bundle: a simulated company's approvals, one file per table of the source contract."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from ingestion.simulator.conversation import (
    draw_documents,
    draw_notes,
    gather_participants,
    tabulate_attachments,
    tabulate_documents,
    tabulate_notes,
    tabulate_participants,
)
from ingestion.simulator.history import tabulate_activities
from ingestion.simulator.holidays import (
    list_days_off,
    list_holidays,
    tabulate_holidays,
)
from ingestion.simulator.lives import Lives, simulate_lives
from ingestion.simulator.people import Staff, count_people, hire_staff, tabulate_users
from ingestion.simulator.progress import Story, cut_lives
from ingestion.simulator.records import (
    tabulate_levels,
    tabulate_pauses,
    tabulate_requests,
)
from ingestion.simulator.routes import Routes, draw_routes
from ingestion.simulator.sampling import Generator, Ints, Objects, draw_uuids
from ingestion.simulator.submissions import (
    Requests,
    draw_moments,
    draw_requests,
    number_requests,
)
from ingestion.simulator.tables import Columns, TableFile
from ingestion.simulator.timeline import Timeline, build_timeline, to_microseconds
from ingestion.simulator.watched import plan_crossings, tell_watched_requests

FileFormat = Literal["csv", "csv.gz", "jsonl", "jsonl.gz"]
Progress = Callable[[str, int], None]

TABLES = (
    "users",
    "workflow_requests",
    "approval_levels",
    "participants",
    "work_notes",
    "work_note_attachments",
    "documents",
    "activities",
    "holidays",
    "level_pauses",
)
MIN_DAYS = 7
BATCH_SIZE = 10_000
# Room for the slowest request that begins on the last day to run to its end.
DAYS_AHEAD = 500
HOLIDAY_YEARS_AHEAD = 2


@dataclass(frozen=True)
class Company:
    """What all requests share. Instants are microseconds since the epoch."""

    seed: int
    begins_at: int
    ends_at: int
    timeline: Timeline
    staff: Staff


@dataclass(frozen=True)
class Batch:
    """Requests with their routes and lives, and the generator that continues their story."""

    rng: Generator
    requests: Requests
    routes: Routes
    lives: Lives


def simulate_bundle(
    directory: Path,
    *,
    requests: int = 2000,
    seed: int = 1,
    ends_at: datetime,
    days: int = 90,
    timezone: str = "Asia/Kolkata",
    file_format: FileFormat = "csv.gz",
    progress: Progress | None = None,
) -> dict[str, int]:
    """Write a bundle of `requests` requests from the `days` days before `ends_at`.

    The same arguments give the same bytes. Whatever the hour of `ends_at`, some open express
    levels cross a threshold in each of the ten minutes after it, and more within the hour.
    `progress` is called with a table's name and the rows just added to it. Returns the rows per
    table. Raises ValueError for arguments that make no bundle, and FileExistsError where the
    directory already holds a table in another format.
    """
    zone = _check_arguments(requests, seed, ends_at, days, timezone, file_format)
    _check_directory(directory, file_format)
    with ExitStack() as stack:
        files = {
            table: stack.enter_context(TableFile(directory / f"{table}.{file_format}"))
            for table in TABLES
        }
        for table, columns in _simulate(requests, seed, ends_at, days, zone):
            added = files[table].append(columns)
            if progress is not None:
                progress(table, added)
        return {table: file.rows for table, file in files.items()}


def _check_arguments(
    requests: int, seed: int, ends_at: datetime, days: int, timezone: str, file_format: str
) -> ZoneInfo:
    if requests < 1:
        raise ValueError(f"requests is {requests}: ask for 1 or more")
    if seed < 0:
        raise ValueError(f"seed is {seed}: give 0 or a positive number")
    if ends_at.tzinfo is None:
        raise ValueError(f"ends_at {ends_at.isoformat()} has no time zone: add an offset")
    if days < MIN_DAYS:
        raise ValueError(f"days is {days}: a request needs time to run, give {MIN_DAYS} or more")
    if file_format not in get_args(FileFormat):
        raise ValueError(f"file_format is {file_format!r}: use {', '.join(get_args(FileFormat))}")
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"unknown time zone {timezone!r}: use a name like Asia/Kolkata") from error


def _check_directory(directory: Path, file_format: str) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    others = [other for other in get_args(FileFormat) if other != file_format]
    for path in (directory / f"{table}.{other}" for table in TABLES for other in others):
        if path.exists():
            raise FileExistsError(
                f"{path} is there already: choose an empty folder, or the format it is in"
            )


def _simulate(
    requests: int, seed: int, ends_at: datetime, days: int, zone: ZoneInfo
) -> Iterator[tuple[str, Columns]]:
    """Yield tables and blocks of their rows, what is referred to before what refers to it."""
    begins_at = ends_at - timedelta(days=days)
    last_year = ends_at.year + HOLIDAY_YEARS_AHEAD
    holidays = list_holidays(begins_at.year, last_year)
    rng = np.random.default_rng(seed)
    company = Company(
        seed=seed,
        begins_at=to_microseconds(begins_at),
        ends_at=to_microseconds(ends_at),
        timeline=build_timeline(
            begins_at.astimezone(zone).date() - timedelta(days=2),
            ends_at.astimezone(zone).date() + timedelta(days=DAYS_AHEAD),
            zone,
            list_days_off(holidays, last_year),
        ),
        staff=hire_staff(rng, count_people(requests)),
    )
    yield "users", tabulate_users(rng, company.staff, company.begins_at)
    yield "holidays", tabulate_holidays(rng, holidays)
    for batch in _draw_batches(rng, company, requests):
        yield from _tabulate_batch(company, batch)


def _draw_batches(rng: Generator, company: Company, requests: int) -> Iterator[Batch]:
    """Yield the requests in order of creation, some thousands at a time, the watched ones last."""
    staff, timeline, ends_at = company.staff, company.timeline, company.ends_at
    minutes = plan_crossings(requests)
    watched, routes, lives = tell_watched_requests(rng, timeline, staff, minutes, ends_at)
    created = draw_moments(rng, timeline, requests - len(minutes), company.begins_at, ends_at)
    numbers = number_requests(timeline, np.concatenate([created, watched.created]))
    for start in range(0, len(created), BATCH_SIZE):
        part = slice(start, min(start + BATCH_SIZE, len(created)))
        yield _draw_batch(company, start, created[part], numbers[part])
    if minutes:
        yield Batch(rng, replace(watched, numbers=numbers[len(created) :]), routes, lives)


def _draw_batch(company: Company, start: int, created: Ints, numbers: Objects) -> Batch:
    staff, timeline = company.staff, company.timeline
    rng = np.random.default_rng([company.seed, start])
    requests = draw_requests(rng, timeline, staff, created, numbers, company.ends_at)
    routes = draw_routes(rng, staff, requests)
    return Batch(rng, requests, routes, simulate_lives(rng, timeline, staff, requests, routes))


def _tabulate_batch(company: Company, batch: Batch) -> Iterator[tuple[str, Columns]]:
    rng, staff, requests = batch.rng, company.staff, batch.requests
    state = cut_lives(requests, batch.routes, batch.lives)
    story = Story(company.timeline, staff, requests, batch.routes, state)
    people = gather_participants(rng, story)
    notes = draw_notes(rng, story, people)
    documents = draw_documents(rng, story, people)
    level_ids = draw_uuids(rng, int(batch.routes.exists.sum()))
    note_ids = draw_uuids(rng, len(notes))
    yield "workflow_requests", tabulate_requests(rng, story)
    yield "approval_levels", tabulate_levels(rng, story, level_ids)
    yield "level_pauses", tabulate_pauses(rng, story, level_ids)
    yield "participants", tabulate_participants(rng, staff, requests, people)
    yield "work_notes", tabulate_notes(rng, staff, requests, notes, note_ids)
    yield "work_note_attachments", tabulate_attachments(rng, notes, note_ids)
    yield "documents", tabulate_documents(rng, staff, requests, documents)
    yield "activities", tabulate_activities(rng, story, people, notes, documents)
