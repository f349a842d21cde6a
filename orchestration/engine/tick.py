"""One tick of the engine: derive the clocks that changed, record the thresholds they crossed."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Literal

import psycopg

from database.statements import Row, fetch, load_statement

Origin = Literal["sensor", "command", "load"]

load = partial(load_statement, "orchestration.engine")

CHANGES_PER_TICK = 20_000
LEVELS_PER_TICK = 5_000
LOCK_TIMEOUT = "10s"
# A tick touches what crosses, a sliver of tables that may hold millions of rows. The planner sees
# the batch size instead of the crossings and would read whole tables: 200 ms for one crossing
# among 300,000 levels, 10 ms by index.
PLAN_BY_INDEX = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan")
NOTHING_RECORDED: Row = {
    "levels_claimed": 0,
    "alerts_recorded": 0,
    "alerts_replayed": 0,
    "notifications_queued": 0,
    "max_lateness_seconds": None,
}


class TickBusyError(Exception):
    """Another tick or load held the clocks for longer than a tick waits."""


@dataclass(frozen=True)
class TickReport:
    """What one tick, or several in a row, did.

    `backlog` counts levels past a threshold that are not recorded yet; `changes_left` says
    whether captured changes wait to be derived. `max_lateness_seconds` is the largest
    as-of minus crossing among the alerts recorded, replays left out; None if there are none.
    """

    as_of: datetime
    levels_derived: int
    levels_claimed: int
    alerts_recorded: int
    alerts_replayed: int
    notifications_queued: int
    max_lateness_seconds: Decimal | None
    backlog: int
    changes_left: bool
    ticks: int = 1

    @property
    def is_finished(self) -> bool:
        """Nothing is left that another tick as of the same instant could record."""
        return not self.changes_left and (self.backlog == 0 or self.levels_claimed == 0)


ProgressCallback = Callable[[TickReport], None]


def read_database_time(connection: psycopg.Connection) -> datetime:
    """The database's own clock: the one that stamps what it captures."""
    with connection.transaction():
        (row,) = fetch(connection, "select clock_timestamp() as present")
    present: datetime = row["present"]
    return present


def run_tick(
    connection: psycopg.Connection,
    as_of: datetime,
    *,
    origin: Origin,
    levels_per_tick: int = LEVELS_PER_TICK,
    changes_per_tick: int = CHANGES_PER_TICK,
) -> TickReport:
    """Run one tick as of `as_of` in one transaction, claiming at most `levels_per_tick` levels.

    `connection` must be in the role tat_engine. Any number of ticks may run at once, and any
    may be killed: each (level, cycle, threshold) is recorded exactly once.
    Raises TickBusyError when another transaction keeps the clocks locked for 10 s.
    """
    try:
        with connection.transaction():
            prepare_transaction(connection)
            derived = derive_clocks(connection, as_of, changes_per_tick)
            recorded = record_crossings(connection, as_of, levels_per_tick)
            report = TickReport(as_of=as_of, **derived, **recorded)
            log_tick(connection, report, origin)
    except psycopg.errors.LockNotAvailable as error:
        raise TickBusyError(
            "Another tick or load is deriving the clocks; nothing was recorded. Try again."
        ) from error
    return report


def run_ticks(
    connection: psycopg.Connection,
    as_of: datetime,
    *,
    origin: Origin,
    seconds: float | None = None,
    levels_per_tick: int = LEVELS_PER_TICK,
    progress: ProgressCallback | None = None,
) -> TickReport:
    """Run ticks as of `as_of` until nothing is left or `seconds` have passed; return their sum.

    What is left then is in `backlog` and `changes_left`, and the next tick goes on with it.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    total: TickReport | None = None
    while True:
        report = run_tick(connection, as_of, origin=origin, levels_per_tick=levels_per_tick)
        total = report if total is None else add_reports(total, report)
        if progress:
            progress(total)
        if report.is_finished or (deadline is not None and time.monotonic() > deadline):
            return total


def rehearse_ticks(
    connection: psycopg.Connection,
    as_of: datetime,
    *,
    origin: Origin,
    seconds: float | None = None,
    progress: ProgressCallback | None = None,
) -> TickReport:
    """Run ticks as `run_ticks` does and take everything back: what they would record.

    Other ticks leave the levels concerned alone until this ends.
    """
    with connection.transaction(force_rollback=True):
        return run_ticks(connection, as_of, origin=origin, seconds=seconds, progress=progress)


def add_reports(earlier: TickReport, later: TickReport) -> TickReport:
    """Sum what two ticks did; what is left is what the later one left."""
    lateness = [
        seconds
        for seconds in (earlier.max_lateness_seconds, later.max_lateness_seconds)
        if seconds is not None
    ]
    return replace(
        later,
        levels_derived=earlier.levels_derived + later.levels_derived,
        levels_claimed=earlier.levels_claimed + later.levels_claimed,
        alerts_recorded=earlier.alerts_recorded + later.alerts_recorded,
        alerts_replayed=earlier.alerts_replayed + later.alerts_replayed,
        notifications_queued=earlier.notifications_queued + later.notifications_queued,
        max_lateness_seconds=max(lateness, default=None),
        ticks=earlier.ticks + later.ticks,
    )


def prepare_transaction(connection: psycopg.Connection) -> None:
    """Set how long this transaction waits for locks and how its statements are planned."""
    connection.execute("select set_config('lock_timeout', %s, true)", (LOCK_TIMEOUT,))
    for setting in PLAN_BY_INDEX:
        connection.execute("select set_config(%s, 'off', true)", (setting,))


def derive_clocks(connection: psycopg.Connection, as_of: datetime, batch_size: int) -> Row:
    """Derive the clocks of at most `batch_size` captured changes."""
    parameters = {"as_of": as_of, "batch_size": batch_size}
    (derived,) = fetch(connection, load("derive_level_clocks"), parameters)
    return derived


def record_crossings(connection: psycopg.Connection, as_of: datetime, batch_size: int) -> Row:
    """Record the crossings of at most `batch_size` levels; count what is left."""
    backlog = count_backlog(connection, as_of)
    if backlog == 0:
        return {**NOTHING_RECORDED, "backlog": 0}
    # The flags that this tick sets are not news to be captured.
    connection.execute("select set_config('tat.engine_writes', 'on', true)")
    parameters = {"as_of": as_of, "batch_size": batch_size, "backlog": backlog}
    (recorded,) = fetch(connection, load("record_crossings"), parameters)
    return {**recorded, "backlog": count_backlog(connection, as_of)}


def count_backlog(connection: psycopg.Connection, as_of: datetime) -> int:
    """Count the levels past a threshold that is not recorded yet."""
    (counted,) = fetch(connection, load("count_backlog"), {"as_of": as_of})
    return int(counted["backlog"])


def log_tick(connection: psycopg.Connection, report: TickReport, origin: Origin) -> None:
    """Write the tick's line to tat.tick_log."""
    connection.execute(load("log_tick"), {"origin": origin, **vars(report)})
