"""The rules in force, read once: which policy and calendar a level goes by, and when."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

import psycopg

from database.statements import Row, fetch, load_statement
from orchestration.engine.reconciliation.clock import Rules, Span, WorkClock, build_clock

Place = tuple[str | None, str | None]
NOWHERE: Place = (None, None)

load = partial(load_statement, "orchestration.engine.reconciliation")


@dataclass(frozen=True)
class Policy:
    """A policy: calendar before variants, length of a TAT hour, percentages by threshold."""

    calendar_id: int
    seconds_per_tat_hour: int
    percentages: Mapping[str, Decimal]


@dataclass(frozen=True)
class Move:
    """Where somebody was before an instant."""

    effective_at: int
    place: Place


@dataclass(frozen=True)
class Rulebook:
    """Policies by priority and department, calendars as clocks, people's places."""

    policies: Mapping[tuple[str, str | None], Policy]
    clocks: Mapping[int, WorkClock]
    variants: Mapping[int, Sequence[tuple[Place, int]]]
    revisions: Mapping[int, int]
    places: Mapping[UUID, Place]
    moves: Mapping[UUID, Sequence[Move]]

    def find_place(self, user_id: UUID, at: int) -> Place:
        """Department and location of somebody at an instant."""
        moves = self.moves.get(user_id, ())
        later = bisect_right([move.effective_at for move in moves], at)
        if later < len(moves):
            return moves[later].place
        return self.places.get(user_id, NOWHERE)

    def find_policy(self, priority: str, department: str | None) -> Policy:
        """The department's own policy, else the one for all."""
        own = self.policies.get((priority, department))
        return own or self.policies[priority, None]

    def find_calendar(self, calendar_id: int, place: Place) -> int:
        """The most fitting variant for an approver's place, else the calendar itself."""
        fitting = [
            (department is None, location is None, variant_id)
            for (department, location), variant_id in self.variants.get(calendar_id, ())
            if department in (None, place[0]) and location in (None, place[1])
        ]
        if not fitting:
            return calendar_id
        return min(fitting, key=lambda choice: (choice[1], choice[0], choice[2]))[2]


def read_rulebook(connection: psycopg.Connection, first: int, last: int) -> Rulebook:
    """Read all rules and walk every calendar between two instants."""
    calendars = fetch(connection, load("list_calendars"))
    variants: dict[int, list[tuple[Place, int]]] = defaultdict(list)
    for calendar in calendars:
        if calendar["variant_of"] is not None:
            place = calendar["department"], calendar["location"]
            variants[calendar["variant_of"]].append((place, calendar["calendar_id"]))
    return Rulebook(
        policies=read_policies(connection),
        clocks=read_clocks(connection, calendars, first, last),
        variants=variants,
        revisions={calendar["calendar_id"]: calendar["revision"] for calendar in calendars},
        places={
            row["user_id"]: (row["department"], row["location"])
            for row in fetch(connection, load("list_people"))
        },
        moves=read_moves(connection),
    )


def read_policies(connection: psycopg.Connection) -> dict[tuple[str, str | None], Policy]:
    """Read policies with their percentages by alert type."""
    return {
        (row["priority"], row["department"]): Policy(
            row["calendar_id"],
            row["seconds_per_tat_hour"],
            {
                f"TAT_{threshold}": percentage
                for threshold, percentage in zip(row["thresholds"], row["percentages"], strict=True)
            },
        )
        for row in fetch(connection, load("list_policies"))
    }


def read_moves(connection: psycopg.Connection) -> dict[UUID, list[Move]]:
    """Read people's moves in order."""
    moves: dict[UUID, list[Move]] = defaultdict(list)
    for row in fetch(connection, load("list_moves")):
        place = row["old_department"], row["old_location"]
        moves[row["user_id"]].append(Move(row["effective_at"], place))
    return moves


def read_clocks(
    connection: psycopg.Connection, calendars: Sequence[Row], first: int, last: int
) -> dict[int, WorkClock]:
    """Walk every calendar by its windows, days and holidays."""
    weekly: dict[int, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for row in fetch(connection, load("list_windows")):
        weekly[row["calendar_id"]][row["iso_weekday"]].append((row["opens"], row["closes"]))
    days: dict[int, dict[date, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for row in fetch(connection, load("list_days")):
        days[row["calendar_id"]][row["day"]].append((row["opens"], row["closes"]))
    holidays = fetch(connection, load("list_holidays"))
    return {
        calendar["calendar_id"]: build_clock(
            Rules(
                calendar["time_zone"],
                calendar["is_always_open"],
                weekly[calendar["calendar_id"]],
                days[calendar["calendar_id"]],
                HolidayTest(calendar, holidays),
            ),
            first,
            last,
        )
        for calendar in calendars
    }


class HolidayTest:
    """Tells whether a calendar keeps a day free."""

    def __init__(self, calendar: Row, holidays: Sequence[Row]) -> None:
        """Take the holidays that apply to the calendar's department and location."""
        kept = [
            holiday
            for holiday in holidays
            if applies(holiday["departments"], calendar["department"])
            and applies(holiday["locations"], calendar["location"])
        ]
        self.once = {row["holiday_date"] for row in kept}
        self.yearly = {
            (row["holiday_date"].month, row["holiday_date"].day)
            for row in kept
            if row["is_recurring"]
        }

    def __call__(self, day: date) -> bool:
        """Whether the day is free."""
        return day in self.once or (day.month, day.day) in self.yearly


def applies(restriction: Sequence[str], value: str | None) -> bool:
    """Whether a restriction, if there is any, names the value."""
    return not restriction or value in restriction
