"""Where each stretch of a level's time lies on a page: percentages of the width, from the left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.delivery.messages import to_local
from orchestration.engine.explaining import Explanation, Line

# Labels nearer to each other than this share of the width would touch on a phone: those of
# thresholds, and those of the axis.
NEAREST_LABELS = 13.0
NEAREST_TICKS = 22.0
MOST_TICKS = 5
# So near to the edge of the page a label does not stand in the middle of its place.
EDGE = 4
SHIFTS = {"start": 0.0, "middle": 0.5, "end": 1.0}
LABEL_ORDER = ("TAT_100", "TAT_50", "TAT_75")
MARGIN = 0.02
DAY = timedelta(days=1)
# Beyond steps of this, labels have the year in place of the weekday.
MONTHS = timedelta(days=28)
STEPS = [timedelta(hours=hours) for hours in (1, 2, 3, 6, 12)]
STEPS += [timedelta(days=days) for days in (1, 2, 3, 7, 14, 28, 91, 182, 364, 1820, 9100)]


@dataclass(frozen=True)
class Bar:
    """A stretch of time. Kinds: idle, counted, late (beyond the TAT), pause, ahead."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Mark:
    """A threshold; `label` is empty where it would touch the one before."""

    x: float
    label: str
    is_crossed: bool


@dataclass(frozen=True)
class Tick:
    """An instant on the axis; `anchor` as SVG has it, `label` empty where it would touch."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True)
class Scale:
    """The stretch of time that the width of the page shows."""

    starts_at: datetime
    ends_at: datetime

    def place(self, instant: datetime) -> float:
        """Where an instant is, from 0 to 100."""
        share = (instant - self.starts_at) / (self.ends_at - self.starts_at)
        return round(min(max(share, 0.0), 1.0) * 100, 3)

    def draw(self, kind: str, starts_at: datetime, ends_at: datetime) -> Bar:
        """A bar from one instant to another."""
        x = self.place(starts_at)
        return Bar(kind, x, round(self.place(ends_at) - x, 3))


def choose_scale(explanations: Sequence[Explanation], present: datetime) -> Scale | None:
    """From the first start to the last of ends, thresholds and, while a level runs, the present."""
    instants = [
        instant
        for explanation in explanations
        for _, lines in explanation.cycles
        for instant in list_instants(lines, present)
    ]
    if not instants:
        return None
    first, last = min(instants), max(instants)
    margin = max((last - first) * MARGIN, timedelta(minutes=1))
    return Scale(first - margin, last + margin)


def list_instants(lines: Sequence[Line], present: datetime) -> Iterator[datetime]:
    """The instants of a cycle that the page has to show."""
    header = find_line(lines, "level")
    yield header["starts_at"]
    yield header["ends_at"] or max(present, header["starts_at"])
    for line in list_marked(lines):
        yield line["starts_at"]


def find_line(lines: Sequence[Line], kind: str) -> Line:
    """The one line of this kind in a cycle."""
    return next(line for line in lines if line["kind"] == kind)


def list_marked(lines: Sequence[Line]) -> list[Line]:
    """The thresholds that were crossed, and those ahead while time runs."""
    is_ahead = find_line(lines, "level")["details"]["state"] == "running"
    return [
        line
        for line in lines
        if line["kind"] == "threshold"
        and line["starts_at"] is not None
        and (line["details"]["is_crossed"] or is_ahead)
    ]


def draw_bars(explanation: Explanation, scale: Scale, present: datetime) -> list[Bar]:
    """The bars of a level, those below first."""
    return [
        bar
        for _, lines in explanation.cycles
        for bar in draw_cycle(lines, scale, present)
        if bar.width > 0
    ]


def draw_cycle(lines: Sequence[Line], scale: Scale, present: datetime) -> Iterator[Bar]:
    """One life of a level: all its time, what counts of it, its pauses, what is ahead."""
    header = find_line(lines, "level")
    until = header["ends_at"] or max(present, header["starts_at"])
    yield scale.draw("idle", header["starts_at"], until)
    due = find_breach(lines)
    for starts_at, ends_at in merge_windows(lines):
        if due is None or starts_at < due:
            yield scale.draw("counted", starts_at, min(ends_at, due or ends_at))
        if due is not None and ends_at > due:
            yield scale.draw("late", max(starts_at, due), ends_at)
    for line in lines:
        if line["kind"] == "pause":
            yield scale.draw("pause", line["starts_at"], line["ends_at"])
    ahead = [line["starts_at"] for line in list_marked(lines) if line["starts_at"] > until]
    if header["ends_at"] is None and ahead:
        yield scale.draw("ahead", until, max(ahead))


def find_breach(lines: Sequence[Line]) -> datetime | None:
    """When all of the TAT was used, if it was."""
    return next(
        (
            line["starts_at"]
            for line in list_marked(lines)
            if line["details"]["alert_type"] == "TAT_100" and line["details"]["is_crossed"]
        ),
        None,
    )


def merge_windows(lines: Sequence[Line]) -> list[tuple[datetime, datetime]]:
    """The stretches that count, those put together that follow each other without a gap."""
    merged: list[tuple[datetime, datetime]] = []
    for line in lines:
        if line["kind"] != "window":
            continue
        if merged and merged[-1][1] == line["starts_at"]:
            merged[-1] = (merged[-1][0], line["ends_at"])
        else:
            merged.append((line["starts_at"], line["ends_at"]))
    return merged


def draw_marks(explanation: Explanation, scale: Scale) -> list[Mark]:
    """The thresholds of a level; where labels would touch, that of the breach stays."""
    labelled: list[float] = []
    marks = []
    lines = [line for _, lines in explanation.cycles for line in list_marked(lines)]
    for line in sorted(lines, key=lambda line: LABEL_ORDER.index(line["details"]["alert_type"])):
        x = scale.place(line["starts_at"])
        label = ""
        if all(abs(x - other) >= NEAREST_LABELS for other in labelled):
            label = f"{line['details']['percentage']} %"
            labelled.append(x)
        marks.append(Mark(x, label, line["details"]["is_crossed"]))
    return sorted(marks, key=lambda mark: mark.x)


def draw_ticks(scale: Scale, time_zone: str) -> list[Tick]:
    """A few round instants on the receiver's clock; labels that would touch are left out."""
    span = scale.ends_at - scale.starts_at
    step = next((step for step in STEPS if span / step < MOST_TICKS), STEPS[-1])
    shown = "%a %H:%M" if step < DAY else "%d %b %Y" if step > MONTHS else "%a %d %b"
    ticks: list[Tick] = []
    free_from = -NEAREST_TICKS
    for at in list_rounds(scale, step, time_zone):
        x = scale.place(at)
        anchor = "start" if x < EDGE else "end" if x > 100 - EDGE else "middle"
        left = x - NEAREST_TICKS * SHIFTS[anchor]
        is_free = left >= free_from
        ticks.append(Tick(x, f"{at:{shown}}" if is_free else "", anchor))
        free_from = left + NEAREST_TICKS if is_free else free_from
    return ticks


def list_rounds(scale: Scale, step: timedelta, time_zone: str) -> Iterator[datetime]:
    """The instants of a scale that are a step apart, from a local midnight or whole hour on."""
    zone = ZoneInfo(time_zone)
    local = to_local(scale.starts_at, time_zone).replace(tzinfo=None)
    at = local.replace(hour=0, minute=0, second=0, microsecond=0)
    while at < local:
        at += min(step, DAY)
    while at.replace(tzinfo=zone) <= scale.ends_at:
        yield at.replace(tzinfo=zone)
        at += step


def translate(lines: Sequence[Line], time_zone: str) -> list[dict[str, Any]]:
    """The lines with their instants on another clock."""
    return [{**line, "time_zone": time_zone} for line in lines]
