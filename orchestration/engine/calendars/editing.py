"""Edits of calendars, holidays and policies: each checks what it is given and changes rule rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import available_timezones

import psycopg
from psycopg import sql

from database.statements import fetch
from ingestion.following.owner import refuse_followed
from orchestration.engine.calendars import load
from orchestration.engine.calendars.hours import Window, format_minutes

HOLIDAY_TYPES = ("NATIONAL", "REGIONAL", "ORGANIZATIONAL", "OPTIONAL")
PRIORITIES = ("STANDARD", "EXPRESS")


class RuleError(ValueError):
    """A calendar, holiday or policy that can't be as asked."""


@dataclass(frozen=True)
class CalendarRules:
    """What a calendar is to become; None leaves a rule as it is."""

    time_zone: str | None = None
    week: Mapping[int, Sequence[Window]] | None = None
    is_always_open: bool | None = None
    variant_of: str | None = None
    department: str | None = None
    location: str | None = None


def find_calendar(connection: psycopg.Connection, name: str) -> dict[str, Any]:
    """Return a calendar's row; raises RuleError with the names there are."""
    calendars = fetch(connection, load("list_calendars"))
    for calendar in calendars:
        if calendar["calendar"] == name:
            return calendar
    names = ", ".join(repr(calendar["calendar"]) for calendar in calendars)
    raise RuleError(f"There is no calendar {name!r}. There are {names}.")


def check_time_zone(time_zone: str) -> None:
    """Raise RuleError unless the zone is one of the IANA database."""
    if time_zone not in available_timezones():
        raise RuleError(f"{time_zone!r} is not a time zone such as 'Europe/Amsterdam'.")


def add_calendar(connection: psycopg.Connection, name: str, rules: CalendarRules) -> None:
    """Add a calendar; one that is a variant starts with what its base has. Raises RuleError."""
    base = find_calendar(connection, rules.variant_of) if rules.variant_of else None
    if any(calendar["calendar"] == name for calendar in fetch(connection, load("list_calendars"))):
        raise RuleError(f"There is a calendar {name!r} already; change it with `set`.")
    if base is None and not (rules.week or rules.is_always_open):
        raise RuleError("A calendar needs --hours, --always-open or --variant-of.")
    if base is not None and not (rules.department or rules.location):
        raise RuleError("A variant needs --location, --department or both.")
    time_zone = rules.time_zone or (base["time_zone"] if base else None)
    if time_zone is None:
        raise RuleError("A calendar needs --zone.")
    check_time_zone(time_zone)
    connection.execute(
        load("add_calendar"),
        {
            "name": name,
            "time_zone": time_zone,
            "is_always_open": bool(rules.is_always_open),
            "variant_of": base["calendar_id"] if base else None,
            "department": rules.department,
            "location": rules.location,
        },
    )
    added = find_calendar(connection, name)
    if rules.week:
        replace_week(connection, added["calendar_id"], rules.week)
    elif base is not None and not rules.is_always_open:
        connection.execute(
            load("copy_week"), {"calendar_id": added["calendar_id"], "like": base["calendar_id"]}
        )


def change_calendar(connection: psycopg.Connection, name: str, rules: CalendarRules) -> None:
    """Change the rules of a calendar that are given. Raises RuleError."""
    calendar = find_calendar(connection, name)
    if rules.time_zone:
        check_time_zone(rules.time_zone)
    given = {
        "time_zone": rules.time_zone,
        "department": rules.department,
        "location": rules.location,
    }
    changes: dict[str, Any] = {
        column: value for column, value in given.items() if value is not None
    }
    if rules.week is not None:
        changes["is_always_open"] = False
        replace_week(connection, calendar["calendar_id"], rules.week)
    if rules.is_always_open:
        changes["is_always_open"] = True
    if changes:
        update_calendar(connection, calendar["calendar_id"], changes)


def update_calendar(
    connection: psycopg.Connection, calendar_id: int, changes: Mapping[str, Any]
) -> None:
    """Set columns of a calendar; only those given, as each of them tells the engine something."""
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Placeholder(column))
        for column in changes
    )
    statement = sql.SQL("update tat.calendar set {} where calendar_id = %(calendar_id)s")
    connection.execute(statement.format(assignments), {**changes, "calendar_id": calendar_id})


def replace_week(
    connection: psycopg.Connection, calendar_id: int, week: Mapping[int, Sequence[Window]]
) -> None:
    """Give a calendar other weekly windows."""
    windows = [(day, window) for day, windows in week.items() for window in windows]
    connection.execute(
        load("replace_week"),
        {
            "calendar_id": calendar_id,
            "weekdays": [day for day, _ in windows],
            "opens": [format_minutes(window.opens) for _, window in windows],
            "closes": [format_minutes(window.closes) for _, window in windows],
        },
    )


def set_day(
    connection: psycopg.Connection, name: str, day: date, windows: Sequence[Window]
) -> None:
    """Give one day of a calendar hours of its own; none at all gives it its weekly hours back."""
    connection.execute(
        load("set_day"),
        {
            "calendar_id": find_calendar(connection, name)["calendar_id"],
            "day": day,
            "opens": [format_minutes(window.opens) for window in windows],
            "closes": [format_minutes(window.closes) for window in windows],
        },
    )


def remove_calendar(connection: psycopg.Connection, name: str) -> None:
    """Remove a calendar that nothing uses. Raises RuleError that says what does."""
    calendar = find_calendar(connection, name)
    users = fetch(connection, load("list_calendar_users"), {"calendar_id": calendar["calendar_id"]})
    if users:
        used = ", ".join(f"{row['used_by']} ({row['times']:,})" for row in users)
        raise RuleError(f"The calendar {name!r} is used by {used}.")
    connection.execute(load("remove_calendar"), {"calendar_id": calendar["calendar_id"]})


def add_holiday(
    connection: psycopg.Connection,
    day: date,
    name: str,
    *,
    holiday_type: str | None = None,
    is_recurring: bool = False,
    departments: Sequence[str] = (),
    locations: Sequence[str] = (),
) -> UUID:
    """Declare a holiday under a new key; return the key. Raises RuleError, FollowedTableError."""
    refuse_followed(connection, "holidays")
    if holiday_type is not None and holiday_type not in HOLIDAY_TYPES:
        raise RuleError(f"{holiday_type!r} is not one of {', '.join(HOLIDAY_TYPES)}.")
    holiday_id = uuid4()
    connection.execute(
        load("add_holiday"),
        {
            "holiday_id": holiday_id,
            "day": day,
            "name": name,
            "holiday_type": holiday_type,
            "is_recurring": is_recurring,
            "departments": list(departments) or None,
            "locations": list(locations) or None,
        },
    )
    return holiday_id


def remove_holiday(connection: psycopg.Connection, holiday_id: UUID) -> None:
    """Switch a holiday off; it stays in the table, as a bundle may send it again."""
    refuse_followed(connection, "holidays")
    if not fetch(connection, load("remove_holiday"), {"holiday_id": holiday_id}):
        raise RuleError(f"There is no active holiday {holiday_id}; see `tat holiday list`.")


def set_policy(
    connection: psycopg.Connection,
    priority: str,
    *,
    department: str | None = None,
    thresholds: tuple[float, float] | None = None,
    calendar: str | None = None,
    channels: Sequence[str] | None = None,
) -> None:
    """Change a policy; a department that has none gets its own. Raises RuleError."""
    check_priority(priority)
    parameters = {
        "priority": priority,
        "department": department,
        "calendar_id": find_calendar(connection, calendar)["calendar_id"] if calendar else None,
        "channels": list(channels) if channels is not None else None,
    }
    if department is not None:
        connection.execute(
            load("add_department_policy"), {"priority": priority, "department": department}
        )
        connection.execute(
            load("add_department_thresholds"), {"priority": priority, "department": department}
        )
    if calendar is not None or channels is not None:
        connection.execute(load("change_policy"), parameters)
    if thresholds is not None:
        lower, upper = check_thresholds(thresholds)
        connection.execute(
            load("change_thresholds"),
            {"priority": priority, "department": department, "lower": lower, "upper": upper},
        )


def check_priority(priority: str) -> None:
    """Raise RuleError unless it is one of the contract's."""
    if priority not in PRIORITIES:
        raise RuleError(f"{priority!r} is not one of {', '.join(PRIORITIES)}.")


def check_thresholds(thresholds: tuple[float, float]) -> tuple[float, float]:
    """Return two ascending percentages between 0 and 100; raises RuleError."""
    lower, upper = thresholds
    if not 0 < lower < upper < 100:
        raise RuleError("Thresholds are two percentages, 0 < first < second < 100, such as 50,75.")
    return lower, upper
