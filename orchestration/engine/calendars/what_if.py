"""What another TAT, calendar or other thresholds would have made of the history."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg

from database.statements import fetch
from orchestration.engine.calendars import load
from orchestration.engine.calendars.editing import check_priority, check_thresholds, find_calendar


@dataclass(frozen=True)
class WhatIf:
    """What is asked: None leaves a rule as it is. `tat_hours` replaces every level's own TAT."""

    priority: str
    department: str | None = None
    tat_hours: Decimal | None = None
    thresholds: tuple[float, float] | None = None
    calendar: str | None = None


@dataclass(frozen=True)
class Comparison:
    """Counts of one department, or of all, before and after.

    Compliance is levels decided in time / levels decided, in percent; None when none is decided.
    """

    department: str | None
    levels_decided: int
    in_time_before: int
    in_time_after: int
    levels_open: int
    open_late_before: int
    open_late_after: int
    tat_50_before: int
    tat_50_after: int
    tat_75_before: int
    tat_75_after: int
    tat_100_before: int
    tat_100_after: int

    @property
    def compliance_before(self) -> float | None:
        """Percent of the decided levels that were in time."""
        return share(self.in_time_before, self.levels_decided)

    @property
    def compliance_after(self) -> float | None:
        """Percent of the decided levels that would have been in time."""
        return share(self.in_time_after, self.levels_decided)

    def to_row(self) -> dict[str, Any]:
        """The counts with both percentages."""
        row = asdict(self)
        row["compliance_before"] = self.compliance_before
        row["compliance_after"] = self.compliance_after
        return row


def share(part: int, whole: int) -> float | None:
    """A percentage with two decimals."""
    return round(100 * part / whole, 2) if whole else None


def compare_what_if(
    connection: psycopg.Connection, asked: WhatIf, as_of: datetime
) -> list[Comparison]:
    """Compare by department; the last row pools them all. Raises RuleError."""
    check_priority(asked.priority)
    lower, upper = check_thresholds(asked.thresholds) if asked.thresholds else (None, None)
    calendar = find_calendar(connection, asked.calendar) if asked.calendar else None
    rows = fetch(
        connection,
        load("measure_what_if"),
        {
            "priority": asked.priority,
            "department": asked.department,
            "tat_hours": asked.tat_hours,
            "lower": lower,
            "upper": upper,
            "calendar_id": calendar["calendar_id"] if calendar else None,
            "as_of": as_of,
        },
    )
    comparisons = [Comparison(**row) for row in rows]
    return [*comparisons, pool(comparisons)]


def pool(comparisons: list[Comparison]) -> Comparison:
    """Add the counts of all departments: percentages are pooled, never averaged."""
    names = [name for name in Comparison.__dataclass_fields__ if name != "department"]
    totals = {name: sum(getattr(row, name) for row in comparisons) for name in names}
    return Comparison(department="all", **totals)
