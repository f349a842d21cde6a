"""What the pages show, read in transactions that can't write."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import psycopg

from database.connect import Database, connect
from database.statements import Row, Rows, fetch
from orchestration.engine.describing import describe
from orchestration.engine.explaining import Explanation
from orchestration.screen import load

APPLICATION = "tat screen"
# A page that takes longer is given up.
LONGEST_SECONDS = 15
LONGEST_QUEUE = 200


@dataclass(frozen=True)
class Person:
    """Who asks, the time zone of their working hours, and the present."""

    user_id: UUID
    name: str
    email: str
    time_zone: str
    present: datetime


@dataclass(frozen=True)
class RequestPage:
    """A request, its levels (`progress` None: not started), reminders and explanations."""

    request: Row
    levels: Rows
    reminders: Rows
    explanations: Mapping[UUID, Explanation]


@dataclass(frozen=True)
class Queue:
    """What waits for a person, that with the least time left first; `count` is of all."""

    levels: Rows
    count: int
    breached: int
    at_risk: int


@contextmanager
def open_reader(database: Database, role: str) -> Iterator[psycopg.Connection]:
    """A connection whose one transaction only reads, and not for long."""
    with connect(database, role, application_name=APPLICATION) as connection:
        connection.read_only = True
        connection.execute(
            "select set_config('statement_timeout', %s, true)", [f"{LONGEST_SECONDS}s"]
        )
        yield connection


def find_person(
    connection: psycopg.Connection, *, user_id: UUID | None = None, email: str | None = None
) -> Person | None:
    """The one person of this key or address who has not left."""
    found = fetch(connection, load("find_person"), {"user_id": user_id, "email": email})
    return Person(**found[0]) if len(found) == 1 else None


def find_request(
    connection: psycopg.Connection, person: Person, request_number: str
) -> UUID | None:
    """The request of this number, None where there is none that the person may see."""
    parameters = {"request_number": request_number, "user_id": person.user_id}
    found = fetch(connection, load("find_request"), parameters)
    return found[0]["request_id"] if found else None


def read_request(
    database: Database, engine: psycopg.Connection, request_id: UUID
) -> RequestPage | None:
    """All that the page of a request shows; None when it was deleted meanwhile."""
    parameters = {"request_id": request_id}
    levels = fetch(engine, load("list_levels"), parameters)
    deliveries = fetch(engine, load("list_deliveries"), parameters)
    level_ids = [level["level_id"] for level in levels]
    with open_reader(database, "tat_bi") as analyst:
        requests = fetch(analyst, load("read_request"), parameters)
        progress = list_progress(analyst, levels)
        reminders = fetch(analyst, load("list_reminders"), parameters)
        lines = fetch(analyst, load("explain_levels"), {"level_ids": level_ids})
    if not requests:
        return None
    by_level = {row["level_id"]: row for row in progress}
    return RequestPage(
        request=requests[0],
        levels=[{**level, "progress": by_level.get(level["level_id"])} for level in levels],
        reminders=add_deliveries(reminders, deliveries),
        explanations=group_explanations(lines),
    )


def read_queue(database: Database, engine: psycopg.Connection, person: Person) -> Queue:
    """The levels that wait for a person or for whom they stand in for."""
    waiting = fetch(engine, load("list_queue"), {"user_id": person.user_id})
    holders = {row["level_id"]: row for row in waiting}
    with open_reader(database, "tat_bi") as analyst:
        progress = list_progress(analyst, waiting)
    levels = [{**row, **holders[row["level_id"]]} for row in progress]
    states = [level["tat_status"] for level in levels]
    return Queue(
        levels[:LONGEST_QUEUE], len(levels), states.count("BREACHED"), states.count("AT_RISK")
    )


def list_progress(analyst: psycopg.Connection, levels: Rows) -> list[Row]:
    """How far each level is, that with the least time left first."""
    parameters = {
        "level_ids": [level["level_id"] for level in levels],
        "request_ids": list({level["request_id"] for level in levels}),
    }
    return fetch(analyst, load("list_progress"), parameters)


def add_deliveries(reminders: Sequence[Row], deliveries: Sequence[Row]) -> list[Row]:
    """The reminders, each with whom it told."""
    return [
        {
            **reminder,
            "deliveries": [row for row in deliveries if row["alert_id"] == reminder["alert_id"]],
        }
        for reminder in reminders
    ]


def group_explanations(lines: Sequence[Row]) -> dict[UUID, Explanation]:
    """The explanation of each level that has started."""
    return {
        level_id: Explanation(level_id, [add_description(line) for line in grouped])
        for level_id, grouped in groupby(lines, key=itemgetter("level_id"))
    }


def add_description(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line with its sentence."""
    return {**line, "description": describe(line["kind"], line["details"])}
