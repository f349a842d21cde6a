"""Bringing the incremental tables of requests and levels up to what changed at the source."""

import time
from dataclasses import dataclass, replace

import psycopg

from database.connect import Database, connect
from database.statements import load_statement

REQUESTS_PER_BATCH = 5_000
# What a large refresh leaves behind is cleared away at once: every view reads the list of changes.
WORTH_VACUUMING = 20_000


@dataclass(frozen=True)
class FactsReport:
    """How many changed requests were stored, in how many transactions, and what is left.

    `changes_left` says that another refresh would store more, `is_waiting_for_build` that none
    stores anything before a build of the models has ended, `is_waiting_for_rules` before a
    transaction that changes rules or users has, `is_locked` that another transaction held the
    facts until the time was up.
    """

    requests_stored: int = 0
    batches: int = 0
    changes_left: bool = False
    is_waiting_for_build: bool = False
    is_waiting_for_rules: bool = False
    is_locked: bool = False


def refresh_facts(
    database: Database, *, seconds: float | None = None, batch_size: int = REQUESTS_PER_BATCH
) -> FactsReport:
    """Store what changed, batch by batch, until nothing is left or `seconds` have passed.

    A build, a load or an edit of rules may hold the facts for minutes: that is waited for, with
    `seconds` no longer than those. Stores nothing before the models have been built once, while
    a build that rebuilds tables has not ended, or while rules are being changed. Each batch is
    one transaction: killed at any point, the views stay true, as what is not stored is counted
    anew by its readers.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    with connect(database, "tat_dbt", autocommit=True) as connection:
        total = refresh_batches(connection, batch_size, deadline)
    if total.requests_stored >= WORTH_VACUUMING:
        vacuum_changes(database)
    return total


def refresh_batches(
    connection: psycopg.Connection, batch_size: int, deadline: float | None
) -> FactsReport:
    """Store batch after batch, and wait for no lock beyond `deadline`; return their sum."""
    total = FactsReport()
    while True:
        try:
            limit_waiting(connection, deadline)
            report = refresh_batch(connection, batch_size)
        except psycopg.errors.LockNotAvailable:
            return replace(total, is_locked=True)
        total = replace(
            report,
            requests_stored=total.requests_stored + report.requests_stored,
            batches=total.batches + 1,
        )
        if not report.changes_left or (deadline is not None and time.monotonic() > deadline):
            return total


def limit_waiting(connection: psycopg.Connection, deadline: float | None) -> None:
    """Let the connection wait for locks, among them that of the facts, until `deadline` only."""
    if deadline is None:
        return
    # Zero would mean without end.
    milliseconds = max(1, round(1000 * (deadline - time.monotonic())))
    connection.execute("select set_config('lock_timeout', %s, false)", (str(milliseconds),))


def refresh_batch(connection: psycopg.Connection, batch_size: int) -> FactsReport:
    """Store at most `batch_size` changes in one transaction."""
    statement = load_statement("orchestration", "refresh_stored_facts")
    row = connection.execute(statement, {"batch_size": batch_size}).fetchone()
    assert row is not None
    stored, changes_left, is_waiting_for_build, is_waiting_for_rules = row
    return FactsReport(stored, 1, changes_left, is_waiting_for_build, is_waiting_for_rules)


def vacuum_changes(database: Database) -> None:
    """Give back the room of the changes that are stored now."""
    with connect(database, "tat_owner", autocommit=True) as connection:
        connection.execute("vacuum tat.request_change")
