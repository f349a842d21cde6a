"""Recompute every crossing from sources, rules and ledger, and compare with what is recorded."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from database.statements import Row, fetch
from orchestration.engine.reconciliation.clock import to_microseconds
from orchestration.engine.reconciliation.comparison import (
    ERRORS,
    Finding,
    Instants,
    LevelRecord,
    compare_level,
)
from orchestration.engine.reconciliation.rulebook import load, read_rulebook
from orchestration.engine.reconciliation.source_rows import read_level

# Called with levels compared and levels in all.
ProgressCallback = Callable[[int, int], None]

BATCH = 2_000
# Of more findings than this the rest is counted, not kept.
FINDINGS_KEPT = 10_000
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
# Clocks reach two years beyond the present; a level that lies later can't be read.
REACH = timedelta(days=730)


class ReconciliationError(ValueError):
    """Nothing can be compared: no tick has run yet."""


@dataclass
class Reconciliation:
    """What a comparison found: counts of every kind, and the findings themselves.

    `as_of` is the instant up to which crossings must be on record. `unreadable` counts levels
    whose start or end lies outside what clocks can hold; they are in quarantine.
    """

    as_of: datetime
    levels: int = 0
    crossings: int = 0
    unreadable: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        """The findings in which the engine is at fault."""
        return [finding for finding in self.findings if finding.is_error]

    @property
    def is_clean(self) -> bool:
        """No alert is missing, extra, early, misplaced or doubled, and flags and outbox agree."""
        return not any(self.counts[kind] for kind in ERRORS)

    def add(self, findings: list[Finding]) -> None:
        """Count findings, and keep them while there are not too many."""
        self.counts.update(finding.kind for finding in findings)
        self.findings += findings[: FINDINGS_KEPT - len(self.findings)]


def reconcile(
    connection: psycopg.Connection,
    as_of: datetime | None = None,
    *,
    progress: ProgressCallback | None = None,
) -> Reconciliation:
    """Compare all alerts with an independent walk of every level.

    Works on one snapshot, so ticks may go on. `as_of` defaults to the instant of the last tick
    that left nothing behind. Raises ReconciliationError when there is none.
    """
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        instants = fetch(connection, load("read_instants"))[0]
        moment = as_of or instants["last_clean_tick"]
        if moment is None:
            raise ReconciliationError("No tick has finished yet: run `tat tick`.")
        allowed = max(moment, instants["latest_tick"] or moment)
        starts = [instants["first_start"], instants["first_earlier_start"], moment]
        first = min(start for start in starts if start is not None)
        rules = read_rulebook(connection, to_microseconds(first), to_microseconds(allowed + REACH))
        limits = Instants(to_microseconds(moment), to_microseconds(allowed))
        found = Reconciliation(moment)
        for record in stream_records(connection):
            compare_record(found, rules, record, limits)
            if progress and found.levels % BATCH == 0:
                progress(found.levels, instants["levels"])
        if progress:
            progress(found.levels, instants["levels"])
    return found


def compare_record(
    found: Reconciliation, rules: Any, record: LevelRecord, limits: Instants
) -> None:
    """Compare one level and count what differs."""
    found.levels += 1
    if not is_readable(record.level, limits):
        found.unreadable += 1
        return
    crossings, findings = compare_level(rules, record, limits)
    found.crossings += crossings
    found.add(findings)


def is_readable(level: Row, limits: Instants) -> bool:
    """Whether clocks can hold the level's start and end."""
    instants = [level["started_at"]]
    if level["status"] != "IN_PROGRESS" or level["is_void"]:
        instants.append(level["ended_at"])
    latest = limits.allowed + REACH // timedelta(microseconds=1)
    return all(
        to_microseconds(EARLIEST) <= instant < latest for instant in instants if instant is not None
    )


def stream_records(connection: psycopg.Connection) -> Iterator[LevelRecord]:
    """Yield every level with its ledger, pauses and alerts, in bounded memory.

    Held whole are only pauses, waiting levels and the ledger of levels with a history.
    """
    ledger = group(fetch(connection, load("list_ledger")))
    pauses = group(fetch(connection, load("list_pauses")))
    waiting = {row["level_id"] for row in fetch(connection, load("list_waiting"))}
    alerts = groupby(stream(connection, "stream_alerts"), key=itemgetter("level_id"))
    level_alerts = next(alerts, None)
    for row in stream(connection, "stream_levels"):
        level = read_level(row)
        level_id = level["level_id"]
        own: list[Row] = []
        if level_alerts is not None and level_alerts[0] == level_id:
            own = list(level_alerts[1])
            level_alerts = next(alerts, None)
        yield LevelRecord(
            level, ledger.get(level_id, ()), pauses.get(level_id, ()), own, level_id in waiting
        )


def group(rows: list[Row]) -> dict[UUID, list[Row]]:
    """Put rows together by level."""
    grouped: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["level_id"]].append(row)
    return dict(grouped)


def stream(connection: psycopg.Connection, statement: str) -> Iterator[Row]:
    """Yield the rows of a statement through a cursor in the server."""
    with connection.cursor(statement, row_factory=dict_row) as cursor:
        cursor.itersize = BATCH
        cursor.execute(load(statement))
        yield from cursor
