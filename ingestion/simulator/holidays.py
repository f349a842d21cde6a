"""The holiday list of the simulated company."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from ingestion.simulator.sampling import Generator, as_objects, draw_uuids
from ingestion.simulator.tables import Columns, JsonColumn


@dataclass(frozen=True)
class Holiday:
    """One row of the list; it is kept for everybody unless departments or locations are named."""

    day: date
    name: str
    kind: str
    is_recurring: bool = False
    is_active: bool = True
    departments: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()


FIXED = (
    (1, 1, "New Year's Day", "ORGANIZATIONAL"),
    (1, 26, "Republic Day", "NATIONAL"),
    (5, 1, "Labour Day", "NATIONAL"),
    (8, 15, "Independence Day", "NATIONAL"),
    (10, 2, "Gandhi Jayanti", "NATIONAL"),
    (12, 25, "Christmas Day", "NATIONAL"),
)

# Festivals of the lunar calendar; years outside the table go without them.
HOLI = "2023-03-08 2024-03-25 2025-03-14 2026-03-04 2027-03-22 2028-03-11 2029-03-01 2030-03-20"
DIWALI = "2023-11-12 2024-10-31 2025-10-20 2026-11-08 2027-10-29 2028-10-17 2029-11-05 2030-10-26"


def list_holidays(first_year: int, last_year: int) -> list[Holiday]:
    """List the holidays of these years; a recurring one appears once, in the first year."""
    recurring = [
        Holiday(date(first_year, month, day), name, kind, is_recurring=True)
        for month, day, name, kind in FIXED
    ]
    movable = [
        holiday
        for year in range(first_year, last_year + 1)
        for holiday in _list_movable_holidays(year)
    ]
    return sorted(
        recurring + _list_special_holidays(first_year) + movable,
        key=lambda holiday: (holiday.day, holiday.name),
    )


def list_days_off(holidays: list[Holiday], last_year: int) -> set[date]:
    """Return the dates on which nobody works; restricted and inactive holidays give none."""
    days: set[date] = set()
    for holiday in holidays:
        if holiday.is_active and not holiday.departments and not holiday.locations:
            final = last_year if holiday.is_recurring else holiday.day.year
            years = range(holiday.day.year, final + 1)
            days.update(holiday.day.replace(year=year) for year in years)
    return days


def tabulate_holidays(rng: Generator, holidays: list[Holiday]) -> Columns:
    """Return the rows of `holidays`."""
    return {
        "holiday_id": draw_uuids(rng, len(holidays)),
        "holiday_date": as_objects([holiday.day.isoformat() for holiday in holidays]),
        "holiday_name": as_objects([holiday.name for holiday in holidays]),
        "holiday_type": as_objects([holiday.kind for holiday in holidays]),
        "is_recurring": np.array([holiday.is_recurring for holiday in holidays]),
        "is_active": np.array([holiday.is_active for holiday in holidays]),
        "applies_to_departments": _list_json([holiday.departments for holiday in holidays]),
        "applies_to_locations": _list_json([holiday.locations for holiday in holidays]),
    }


def find_easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian year (the anonymous Gregorian computus)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _list_movable_holidays(year: int) -> list[Holiday]:
    tables = (("Holi", HOLI), ("Diwali", DIWALI))
    festivals = [
        Holiday(date.fromisoformat(day), name, "NATIONAL")
        for name, table in tables
        for day in table.split()
        if day.startswith(str(year))
    ]
    return [
        *festivals,
        Holiday(find_easter(year) - timedelta(days=2), "Good Friday", "NATIONAL"),
    ]


def _list_special_holidays(year: int) -> list[Holiday]:
    """List what not everybody keeps: one department's, two places', and one that was given up."""
    return [
        Holiday(
            date(year, 4, 1),
            "Year-end accounts closing",
            "ORGANIZATIONAL",
            is_recurring=True,
            departments=("Finance",),
        ),
        Holiday(date(year, 11, 1), "Karnataka Day", "REGIONAL", True, locations=("Bengaluru",)),
        Holiday(date(year, 1, 15), "Pongal", "REGIONAL", True, locations=("Chennai",)),
        Holiday(date(year, 12, 24), "Christmas Eve", "OPTIONAL", True, is_active=False),
    ]


def _list_json(names: list[tuple[str, ...]]) -> JsonColumn:
    """Return arrays of names; null, not an empty array, where a holiday is not restricted."""
    numbers = np.arange(len(names))
    return JsonColumn([list(some) for some in names], np.where([*map(len, names)], numbers, -1))
