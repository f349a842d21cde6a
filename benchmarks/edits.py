"""What bulk changes cost: landing levels with triggers, editing calendars, draining a backlog."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from benchmarks.population import BASE, Progress
from benchmarks.ticks import check_count
from database.connect import Database, connect
from database.statements import load_statement
from orchestration.engine.calendars.editing import add_holiday
from orchestration.engine.calendars.preview import preview_edit
from orchestration.engine.tick import TickReport, run_tick

BACKLOG = 100_000
# A past day moves the clocks behind it, a coming one only the instants at which they are due.
PAST, COMING = date(2026, 1, 8), date(2026, 1, 15)


@dataclass(frozen=True)
class EditFigures:
    """Seconds, with `levels` running levels; ticks are the sensor's own batches."""

    levels: int
    insert_seconds: float
    insert_with_triggers_seconds: float
    preview_seconds: float
    coming_holiday_seconds: float
    coming_holiday_levels: int
    past_holiday_seconds: float
    past_holiday_levels: int
    derive_seconds: float
    derive_levels: int
    backlog: int
    backlog_seconds: float
    backlog_ticks: int
    longest_tick_seconds: float

    @property
    def trigger_ratio(self) -> float:
        """How many times longer the insert takes with triggers."""
        return self.insert_with_triggers_seconds / self.insert_seconds


def measure_edits(database: Database, levels: int, progress: Progress) -> EditFigures:
    """Measure bulk changes in a populated database; they stay in it."""
    with (
        connect(database, "tat_owner", autocommit=True) as owner,
        connect(database, "tat_engine", autocommit=True) as engine,
    ):
        progress(f"land {levels:,} levels without and with triggers")
        bare = measure_insert(owner, levels, with_triggers=False)
        triggered = measure_insert(owner, levels, with_triggers=True)
        progress("preview of a holiday ahead")
        preview = measure_preview(owner)
        progress("a holiday ahead")
        coming, coming_levels = measure_holiday(owner, engine, COMING)
        progress("a holiday in the past")
        past, past_levels = measure_holiday(owner, engine, PAST)
        progress("derive every clock anew")
        derived, derived_levels = measure_derivation(owner, engine)
        backlog = min(BACKLOG, levels // 2)
        progress(f"a backlog of {backlog:,} crossings")
        ticks = measure_backlog(owner, engine, backlog)
    return EditFigures(
        levels=levels,
        insert_seconds=bare,
        insert_with_triggers_seconds=triggered,
        preview_seconds=preview,
        coming_holiday_seconds=coming,
        coming_holiday_levels=coming_levels,
        past_holiday_seconds=past,
        past_holiday_levels=past_levels,
        derive_seconds=derived,
        derive_levels=derived_levels,
        backlog=backlog,
        backlog_seconds=sum(seconds for seconds, _ in ticks),
        backlog_ticks=len(ticks),
        longest_tick_seconds=max(seconds for seconds, _ in ticks),
    )


def time_seconds(action: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that an action took, and its result."""
    started = time.perf_counter()
    result = action()
    return time.perf_counter() - started, result


@contextmanager
def without_triggers(connection: psycopg.Connection) -> Iterator[None]:
    """Switch the capture of changes off; foreign keys go on."""
    connection.execute("alter table workflow.approval_levels disable trigger user")
    try:
        yield
    finally:
        connection.execute("alter table workflow.approval_levels enable trigger user")


def measure_insert(connection: psycopg.Connection, levels: int, *, with_triggers: bool) -> float:
    """Time an insert of so many levels, rolled back."""
    parameters = {"levels": levels, "base": BASE, "batch": str(with_triggers)}
    statement = load_statement("benchmarks", "insert_levels")

    def insert() -> None:
        with connection.transaction(force_rollback=True):
            connection.execute(statement, parameters)

    if with_triggers:
        seconds, _ = time_seconds(insert)
        return seconds
    with without_triggers(connection):
        seconds, _ = time_seconds(insert)
    return seconds


def measure_preview(connection: psycopg.Connection) -> float:
    """Time the preview of a holiday."""

    def preview() -> None:
        with connection.transaction(force_rollback=True):
            add_holiday(connection, COMING, "Holiday")
            preview_edit(connection, BASE, choices_changed=False)

    seconds, _ = time_seconds(preview)
    return seconds


def measure_holiday(
    owner: psycopg.Connection, engine: psycopg.Connection, day: date
) -> tuple[float, int]:
    """Declare a holiday; time the ticks until every clock has it, and count the clocks."""
    add_holiday(owner, day, "Holiday")
    ticks = drain(engine, BASE, lambda report: report.changes_left)
    return sum(seconds for seconds, _ in ticks), sum(report.levels_derived for _, report in ticks)


def measure_derivation(owner: psycopg.Connection, engine: psycopg.Connection) -> tuple[float, int]:
    """Mark every level as changed; time the ticks that derive them, and count the clocks."""
    owner.execute("select tat.mark_all_levels()")
    ticks = drain(engine, BASE, lambda report: report.changes_left)
    return sum(seconds for seconds, _ in ticks), sum(report.levels_derived for _, report in ticks)


def measure_backlog(
    owner: psycopg.Connection, engine: psycopg.Connection, crossings: int
) -> list[tuple[float, TickReport]]:
    """Let so many levels cross at once, some of them twice; time the ticks that record them."""
    row = owner.execute(
        load_statement("benchmarks", "find_instant"), {"crossings": crossings}
    ).fetchone()
    assert row is not None
    ticks = drain(engine, row[0], lambda report: report.backlog > 0)
    check_count(sum(report.levels_claimed for _, report in ticks), crossings)
    return ticks


def drain(
    engine: psycopg.Connection, as_of: datetime, has_more: Callable[[TickReport], bool]
) -> list[tuple[float, TickReport]]:
    """Tick while something is left; return the seconds and report of each tick."""
    ticks: list[tuple[float, TickReport]] = []
    while not ticks or has_more(ticks[-1][1]):
        ticks.append(time_seconds(lambda: run_tick(engine, as_of, origin="command")))
    return ticks
