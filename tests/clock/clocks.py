"""Calendars of the tests, written as rules and read through the database's functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.types.json import Jsonb

from tests.oracle import Calendar


@dataclass(frozen=True)
class Clock:
    """One calendar of the database."""

    connection: psycopg.Connection
    calendar_id: int

    def read(self, at: datetime) -> int:
        """W(c, t) in microseconds."""
        return int(self.fetch("select tat.work_clock(%s, %s)", at))

    def find_time(self, clock: int) -> datetime:
        """T(c, clock): the earliest instant with that clock."""
        instant: datetime = self.fetch("select tat.work_time(%s, %s)", clock)
        return instant

    def find_crossing(self, clock: int) -> datetime:
        """The last instant with that clock."""
        instant: datetime = self.fetch("select tat.crossing_time(%s, %s)", clock)
        return instant

    def find_due(self, starts_at: datetime, allowed: timedelta) -> datetime:
        """When `allowed` working time from `starts_at` is used."""
        return self.find_time(self.read(starts_at) + allowed // timedelta(microseconds=1))

    def fetch(self, query: str, value: datetime | int) -> Any:
        """Ask one function of the calendar for one value."""
        row = self.connection.execute(query.encode(), (self.calendar_id, value)).fetchone()
        assert row is not None
        return row[0]


def find_clock(connection: psycopg.Connection, name: str) -> Clock:
    """Return the seeded calendar of that name."""
    row = connection.execute(
        "select calendar_id from tat.calendar where calendar_name = %s", (name,)
    ).fetchone()
    assert row is not None
    return Clock(connection, row[0])


def create_clock(connection: psycopg.Connection, calendar: Calendar, **rules: str) -> Clock:
    """Write a calendar's rules into the database; its holidays become holidays of everyone."""
    row = connection.execute(
        "insert into tat.calendar (calendar_name, time_zone, is_always_open, department, location)"
        " values (%s, %s, %s, %s, %s) returning calendar_id",
        (
            str(uuid4()),
            calendar.time_zone,
            calendar.is_always_open,
            rules.get("department"),
            rules.get("location"),
        ),
    ).fetchone()
    assert row is not None
    add_windows(connection, row[0], calendar.weekly)
    add_holidays(connection, calendar.holidays)
    return Clock(connection, row[0])


def add_windows(
    connection: psycopg.Connection,
    calendar_id: int,
    weekly: Iterable[tuple[int, timedelta, timedelta]],
) -> None:
    """Give a calendar its weekly windows; 24 hours after midnight is written 24:00."""
    windows = [[weekday, str(opens), format_close(closes)] for weekday, opens, closes in weekly]
    connection.execute(
        "insert into tat.weekly_window (calendar_id, iso_weekday, opens_at, closes_at)"
        " select %s, (one ->> 0)::smallint, (one ->> 1)::time, (one ->> 2)::time"
        " from jsonb_array_elements(%s) as one",
        (calendar_id, Jsonb(windows)),
    )


def format_close(closes: timedelta) -> str:
    """Write a time since midnight so that PostgreSQL reads 24 hours as 24:00."""
    return "24:00" if closes == timedelta(hours=24) else str(closes)


def add_holidays(connection: psycopg.Connection, days: Iterable[date]) -> None:
    """Declare plain holidays, all in one statement."""
    connection.execute(
        "insert into workflow.holidays (holiday_id, holiday_date, holiday_name)"
        " select gen_random_uuid(), day, 'Holiday' from unnest(%s::date[]) as day",
        (sorted(days),),
    )


def add_holiday(
    connection: psycopg.Connection,
    day: date,
    *,
    is_recurring: bool = False,
    is_active: bool = True,
    departments: Sequence[str] | None = None,
    locations: Sequence[str] | None = None,
) -> None:
    """Declare one holiday with everything a holiday can say."""
    connection.execute(
        "insert into workflow.holidays values"
        " (gen_random_uuid(), %s, 'Holiday', 'ORGANIZATIONAL', %s, %s, %s, %s)",
        (day, is_recurring, is_active, departments, locations),
    )


def forget_spans(connection: psycopg.Connection) -> None:
    """Undo the spans that a new database starts with."""
    connection.execute("delete from tat.work_interval")
    connection.execute(
        "update tat.calendar set span_starts_on = null, span_ends_on = null, anchor_on = null"
    )


def extend_calendars(connection: psycopg.Connection, first: date, last: date) -> None:
    """Generate every calendar over at least [first, last)."""
    connection.execute("select tat.extend_calendars(%s, %s)", (first, last))


def refresh_calendars(connection: psycopg.Connection, as_of: datetime) -> None:
    """Generate calendars again whose rules changed, as every tick does."""
    connection.execute("select tat.refresh_calendars(%s)", (as_of,))
