"""What a tick costs with so many levels running, beside a scan of them all."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from benchmarks.population import BASE, CALENDARS, Progress, populate
from database.connect import Database, connect
from database.statements import load_statement
from orchestration.engine.tick import run_tick

IDLE_TICKS = 21
CROSSINGS = 1000
ROUNDS = 5


@dataclass(frozen=True)
class TickFigures:
    """Milliseconds (medians; the scan is a single run) with `levels` running levels."""

    levels: int
    calendars: int
    idle_tick_ms: float
    crossings: int
    crossing_tick_ms: float
    scan_ms: float

    @property
    def scan_per_idle_tick(self) -> float:
        """How many idle ticks one scan takes."""
        return self.scan_ms / self.idle_tick_ms

    @property
    def scan_per_crossing_tick(self) -> float:
        """How many ticks with crossings one scan takes."""
        return self.scan_ms / self.crossing_tick_ms


class MiscountError(RuntimeError):
    """A tick or the scan found another number of crossings than there are."""


def measure_ticks(database: Database, levels: int, progress: Progress) -> TickFigures:
    """Generate `levels` running levels in a fresh database and time ticks over them."""
    populate(database, levels, progress)
    with connect(database, "tat_engine", autocommit=True) as connection:
        progress("idle ticks")
        idle = [measure_idle_tick(connection, number) for number in range(1 + IDLE_TICKS)]
        progress(f"a scan of {levels:,} levels")
        scan = measure_scan(connection)
        progress(f"ticks with {CROSSINGS:,} crossings")
        crossing = [measure_crossing_tick(connection) for _ in range(1 + ROUNDS)]
    # The first of each warms caches and plans.
    return TickFigures(
        levels=levels,
        calendars=CALENDARS,
        idle_tick_ms=statistics.median(idle[1:]),
        crossings=CROSSINGS,
        crossing_tick_ms=statistics.median(crossing[1:]),
        scan_ms=scan,
    )


def measure(action: Callable[[], Any]) -> tuple[float, Any]:
    """Return the milliseconds that an action took, and its result."""
    started = time.perf_counter()
    result = action()
    return (time.perf_counter() - started) * 1000, result


def measure_idle_tick(connection: psycopg.Connection, number: int) -> float:
    """Time a tick at which nothing is due."""
    as_of = BASE + timedelta(minutes=number)
    elapsed, report = measure(lambda: run_tick(connection, as_of, origin="command"))
    check_count(report.alerts_recorded, 0)
    return elapsed


def measure_scan(connection: psycopg.Connection) -> float:
    """Time measuring every running level, at an instant when 1,000 have crossed."""
    statement = load_statement("benchmarks", "scan_every_level")
    as_of = find_instant(connection)
    elapsed, row = measure(lambda: connection.execute(statement, {"as_of": as_of}).fetchone())
    check_count(row[0], CROSSINGS)
    return elapsed


def measure_crossing_tick(connection: psycopg.Connection) -> float:
    """Time a tick that finds the next 1,000 crossings."""
    as_of = find_instant(connection)
    elapsed, report = measure(lambda: run_tick(connection, as_of, origin="command"))
    check_count(report.alerts_recorded, CROSSINGS)
    return elapsed


def find_instant(connection: psycopg.Connection) -> datetime:
    """Find the instant at which exactly 1,000 more levels have crossed a threshold."""
    row = connection.execute(
        load_statement("benchmarks", "find_instant"), {"crossings": CROSSINGS}
    ).fetchone()
    if row is None:
        raise MiscountError(f"Fewer than {CROSSINGS:,} levels are left to cross: run more levels.")
    instant: datetime = row[0]
    return instant


def check_count(found: int, expected: int) -> None:
    """Refuse figures of a run that did something else than it was meant to."""
    if found != expected:
        raise MiscountError(f"{found:,} crossings were found where {expected:,} were expected.")
