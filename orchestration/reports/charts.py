"""What charts show, said in the words of a report's columns; `drawing` draws it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from database.statements import Rows

Row = Mapping[str, Any]
Measure = Callable[[Row], Any]
NOT_GIVEN = "Not given"


class Colour(StrEnum):
    """What a colour means, in every chart and table; the page says how it looks."""

    ON_TRACK = "on-track"
    AT_RISK = "at-risk"
    BREACHED = "breached"
    PAUSED = "paused"
    PLAIN = "plain"


@dataclass(frozen=True)
class Part:
    """A stretch of each bar: its name in the legend, its colour, and its length in a row."""

    label: str
    colour: Colour
    measure: Measure


@dataclass(frozen=True)
class Bars:
    """A bar for each value of a column, the sums of all rows with that value.

    Of two parts, the second is what the bar's own label counts: `8 of 50 late`.
    """

    title: str
    by: str
    parts: Sequence[Part]
    nothing: str
    order: Sequence[str] = ()
    most: int = 15


@dataclass(frozen=True)
class Line:
    """A column over time, and its name in the legend."""

    label: str
    colour: Colour
    column: str


@dataclass(frozen=True)
class Lines:
    """Columns over time, one or two, in one unit."""

    title: str
    at: str
    lines: Sequence[Line]
    unit: str
    nothing: str


@dataclass(frozen=True)
class Timeline:
    """The levels of a request as bars over time, from its events."""

    title: str
    nothing: str


Chart = Bars | Lines | Timeline


@dataclass(frozen=True)
class Bar:
    """One bar: its name and the lengths of its parts."""

    name: str
    lengths: Sequence[float]


@dataclass(frozen=True)
class Stretch:
    """A stretch of a level's time in one state."""

    level: str
    starts_at: datetime
    ends_at: datetime
    colour: Colour


def sum_bars(chart: Bars, rows: Rows) -> list[Bar]:
    """The bars of a chart: in its order where it has one, else those with the longest first."""
    sums: dict[str, list[float]] = {}
    for row in rows:
        name = str(row[chart.by]) if row[chart.by] is not None else NOT_GIVEN
        lengths = sums.setdefault(name, [0.0] * len(chart.parts))
        for number, part in enumerate(chart.parts):
            lengths[number] += float(part.measure(row) or 0)
    bars = [Bar(name, lengths) for name, lengths in sums.items() if sum(lengths)]
    if chart.order:
        return sorted(bars, key=lambda bar: chart.order.index(bar.name))
    return sorted(bars, key=lambda bar: (-bar.lengths[-1], -sum(bar.lengths), bar.name))


def list_points(line: Line, chart: Lines, rows: Rows) -> list[tuple[date, float]]:
    """The points of a line in the order of time; a gap is a value that is no number."""
    points = [
        (row[chart.at], float("nan") if row[line.column] is None else float(row[line.column]))
        for row in rows
        if row[chart.at] is not None
    ]
    return sorted(points)


def list_stretches(rows: Rows, now: datetime) -> list[Stretch]:
    """Each level's time, cut where its state changes; an open level's last one ends now."""
    levels: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (row["request_number"], row["event_number"])):
        if row["level_id"] is not None:
            levels.setdefault(row["level_id"], []).append(row)
    return [stretch for events in levels.values() for stretch in cut_level(events, now)]


# Which state an event begins. Notes and documents change nothing.
SEVERITY = {
    "LEVEL_STARTED": Colour.ON_TRACK,
    "TAT_75": Colour.AT_RISK,
    "TAT_100": Colour.BREACHED,
}
ENDS = {"LEVEL_APPROVED", "LEVEL_REJECTED", "LEVEL_SKIPPED"}


def cut_level(events: Rows, now: datetime) -> list[Stretch]:
    """The stretches of one level, whose events come in the order of time."""
    first = events[0]
    level = f"{first['level_number']}. {first['level_name'] or 'Level'}"
    severity, state, since = Colour.ON_TRACK, None, first["event_at"]
    found: list[Stretch] = []
    for event in (*events, {"event_type": "NOW", "event_at": now}):
        next_severity, next_state = move(event["event_type"], severity, state)
        if next_state is not state or event["event_type"] == "NOW":
            if state is not None and event["event_at"] > since:
                found.append(Stretch(level, since, event["event_at"], state))
            since = event["event_at"]
        severity, state = next_severity, next_state
    return found


def move(event: str, severity: Colour, state: Colour | None) -> tuple[Colour, Colour | None]:
    """How urgent a level is after an event, and how its bar goes on: None ends it."""
    if event in ENDS:
        return severity, None
    if event == "LEVEL_PAUSED":
        return severity, Colour.PAUSED
    if event == "LEVEL_RESUMED":
        return severity, severity
    if event in SEVERITY:
        severity = SEVERITY[event]
        goes_on = state is Colour.PAUSED or (state is None and event != "LEVEL_STARTED")
        return severity, state if goes_on else severity
    return severity, state
