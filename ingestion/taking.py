"""Taking an event: its rows and its id in one transaction, so that each counts exactly once."""

from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection
from psycopg.types.json import Json

from database.statements import fetch, load_statement
from ingestion.contract import TABLES
from ingestion.events import Event, group_rows, write_pointer
from ingestion.load import (
    build_report,
    choose_span,
    finish_batch,
    ignore_progress,
    lock_loads,
    start_batch,
)
from ingestion.passes import LoadRun, load_rows, retry_rows
from ingestion.quarantine import Reject, create_rejected, escape_text, list_ready
from ingestion.refusal import LoadRefusedError, Tolerance, judge
from ingestion.report import LoadReport, Tally
from ingestion.tables import DateSpan, Table
from ingestion.validation import validate_rows

Answer = dict[str, Any]
REMEMBERED_DAYS = 30


class RepeatedEventError(ValueError):
    """An id was used for other rows before."""


@dataclass(frozen=True)
class EventRun(LoadRun):
    """A load that remembers which rows of its event are kept out, by table and number."""

    rejects: dict[tuple[str, int], Reject] = field(default_factory=dict)

    def reject(self, table: Table, rejects: list[Reject]) -> None:
        """Hand rows to quarantine."""
        super().reject(table, rejects)
        self.rejects.update({(table.name, reject.row_number): reject for reject in rejects})


def take_event(
    connection: Connection,
    event: Event,
    *,
    span: DateSpan | None = None,
    tolerance: Tolerance | None = None,
) -> Answer:
    """Load the rows of an event through a connection in the role tat_ingest, once; say what became
    of each.

    An event that was taken before is answered as it was then, whatever happened since. Raises
    RepeatedEventError, and LoadRefusedError as `load_sources` does: then nothing was written.
    """
    with connection.transaction():
        answer = find_answer(connection, event)
        if answer is None:
            lock_loads(connection, ignore_progress)
            answer = find_answer(connection, event)
        if answer is None:
            answer = load_event(connection, event, span or choose_span(), tolerance)
    return answer


def find_answer(connection: Connection, event: Event) -> Answer | None:
    """Return the answer to an event that was taken before. Raises RepeatedEventError."""
    statement = load_statement("ingestion", "find_event")
    found = fetch(connection, statement, {"event_id": event.event_id})
    if not found:
        return None
    if found[0]["content_digest"] != event.digest:
        raise RepeatedEventError(
            f"The event {event.event_id} was taken before with other rows. "
            "Give each event an id of its own."
        )
    return dict(found[0]["answer"])


def load_event(
    connection: Connection, event: Event, span: DateSpan, tolerance: Tolerance | None
) -> Answer:
    """Load the rows of a new event and note the answer."""
    batch_id = start_batch(connection, f"event {event.event_id}")
    create_rejected(connection)
    run = EventRun(connection, batch_id, ignore_progress, span)
    tallies = [load_event_table(run, table, event) for table in TABLES]
    refusals = [refusal for tally in tallies if (refusal := judge(tally, tolerance))]
    if refusals:
        raise LoadRefusedError(refusals)
    waiting = LoadRun(connection, batch_id, ignore_progress, span)
    for tally in tallies:
        for held in list_ready(connection, tally.table):
            retry_rows(waiting, tally, held)
    report = build_report(batch_id, event.event_id, [tally for tally in tallies if tally.read])
    finish_batch(connection, report)
    answer = describe_event(event, run, report)
    remember(connection, event, batch_id, answer)
    return answer


def load_event_table(run: EventRun, table: Table, event: Event) -> Tally:
    """Load the rows that an event has for a table."""
    tally = Tally(table)
    for source in group_rows(event.rows.get(table.name, [])):
        load_rows(run, tally, source, validate_rows(table, source, run.span))
    return tally


def describe_event(event: Event, run: EventRun, report: LoadReport) -> Answer:
    """Say what became of each row, in the order of the event."""
    rows = [
        describe_row(write_pointer(table, index), run.rejects.get((table, index + 1)))
        for table, given in event.rows.items()
        for index in range(len(given))
    ]
    outcomes = [row["outcome"] for row in rows]
    return {
        "event_id": event.event_id,
        "load": report.batch_id,
        **{outcome: outcomes.count(outcome) for outcome in ("accepted", "quarantined", "waiting")},
        "rows": rows,
        "unknown_columns": {
            table.table: list(table.unknown_columns)
            for table in report.tables
            if table.unknown_columns
        },
        "warnings": list(map(escape_text, report.warnings)),
    }


def describe_row(pointer: str, reject: Reject | None) -> dict[str, Any]:
    """Say what became of one row, and why."""
    if reject is None:
        return {"row": pointer, "outcome": "accepted"}
    return {
        "row": pointer,
        "outcome": "waiting" if reject.parent else "quarantined",
        "reasons": [escape_text(reason.text) for reason in reject.reasons],
    }


def remember(connection: Connection, event: Event, batch_id: int, answer: Answer) -> None:
    """Note that an event was taken, and forget those that nobody sends again any more."""
    connection.execute(
        load_statement("ingestion", "remember_event"),
        {
            "event_id": event.event_id,
            "content_digest": event.digest,
            "batch_id": batch_id,
            "answer": Json(answer),
        },
    )
    connection.execute(load_statement("ingestion", "forget_events"), {"days": REMEMBERED_DAYS})
