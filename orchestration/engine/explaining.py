"""Explanations: what makes up a level's elapsed time and alerts, as lines to show."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from database.connect import Database
from database.statements import Rows
from orchestration.engine.describing import describe
from orchestration.reading import fetch_rows

Line = Mapping[str, Any]

PREFIX = re.compile(r"[0-9a-fA-F][0-9a-fA-F-]{7,35}")
# A life of more counted windows than this is folded week by week.
UNFOLDED_WINDOWS = 60


class ExplanationError(ValueError):
    """A level that is not there, or several that could be meant."""


@dataclass(frozen=True)
class Explanation:
    """The lines of one level: those of tat.explain_details, in order, each with a description."""

    level_id: UUID
    lines: Sequence[Line]

    @property
    def cycles(self) -> list[tuple[int, list[Line]]]:
        """The lines of each cycle."""
        return [
            (cycle, list(lines))
            for cycle, lines in groupby(self.lines, key=lambda line: line["cycle"])
        ]


def explain(database: Database, reference: str, as_of: datetime | None) -> Explanation:
    """Explain the level of an id, the beginning of one, or `request number/level number`.

    Raises ExplanationError when none or several fit, and when its parts do not add up.
    """
    level_id = find_level(database, reference)
    parameters = {"level_id": level_id, "as_of": as_of}
    lines = [
        {**line, "description": describe(line["kind"], line["details"])}
        for line in fetch_rows(database, "explain_details", parameters)
    ]
    if not lines:
        raise ExplanationError(f"Level {level_id} has not started: it has no clock yet.")
    explanation = Explanation(level_id, lines)
    check_sums(explanation)
    return explanation


def find_level(database: Database, reference: str) -> UUID:
    """Return the one level that a reference means. Raises ExplanationError."""
    found = fetch_rows(database, "find_levels", read_reference(reference))
    if not found:
        raise ExplanationError(f"There is no level {reference!r}.")
    if len(found) > 1:
        listed = "\n".join(
            f"  {row['level_id']}  {row['reference']}  {row['status']}" for row in found
        )
        raise ExplanationError(f"{reference!r} may mean several levels:\n{listed}")
    level_id: UUID = found[0]["level_id"]
    return level_id


def read_reference(reference: str) -> dict[str, Any]:
    """Read an id, the beginning of one (8 characters or more), or `REQ-7/2`."""
    if PREFIX.fullmatch(reference):
        return {"prefix": reference.lower(), "request_number": None, "level_number": None}
    request_number, _, level_number = reference.rpartition("/")
    if request_number and level_number.isdigit():
        number: int | None = int(level_number)
    else:
        request_number, number = reference, None
    return {"prefix": None, "request_number": request_number, "level_number": number}


def check_sums(explanation: Explanation) -> None:
    """Raise ExplanationError unless the windows of each cycle add up to its elapsed time."""
    for cycle, lines in explanation.cycles:
        hours = sum(line["hours"] or 0 for line in lines if line["kind"] == "window")
        total = next(line["hours"] or 0 for line in lines if line["kind"] == "total")
        windows = sum(line["kind"] == "window" for line in lines)
        # Each window's hours are rounded to four decimals.
        if abs(hours - total) > (windows + 1) * 0.00005:
            raise ExplanationError(
                f"The windows of cycle {cycle} add up to {hours} h and not to {total} h: "
                "the level was changed meanwhile; try again."
            )


def show_instant(instant: datetime | None, time_zone: str) -> str:
    """A local time to the second: `Wed 2026-01-07 12:00:00`."""
    if instant is None:
        return ""
    local = instant.astimezone(ZoneInfo(time_zone))
    return local.strftime("%a %Y-%m-%d %H:%M:%S")


def list_windows(lines: Sequence[Line]) -> Rows:
    """The windows, pauses and free days of a cycle as table rows with a running total."""
    shown = []
    running = 0.0
    kept = [line for line in lines if line["kind"] in ("window", "holiday", "day", "pause")]
    is_folded = sum(line["kind"] == "window" for line in kept) > UNFOLDED_WINDOWS
    for line in fold_weeks(kept) if is_folded else kept:
        counted = line["kind"] == "window"
        running += float(line["hours"] or 0) if counted else 0
        hours = line["hours"]
        shown.append(
            {
                "from": show_instant(line["starts_at"], line["time_zone"]),
                "until": show_instant(line["ends_at"], line["time_zone"]),
                "hours": None
                if hours is None
                else f"{hours:+.2f}"
                if counted
                else f"({hours:.2f})",
                "total": f"{running:.2f}" if counted else None,
                "what": line["description"],
            }
        )
    return shown


def fold_weeks(lines: Sequence[Line]) -> list[Line]:
    """Put the windows of each week together; whatever else happened stands on its own."""
    folded: list[Line] = []
    for (_, kind), group in groupby(lines, key=lambda line: (name_week(line), line["kind"])):
        members = list(group)
        if kind != "window" or len(members) == 1:
            folded += members
            continue
        first, last = members[0], members[-1]
        hours = sum(member["hours"] for member in members)
        text = f"{len(members)} windows counted, folded"
        folded.append({**first, "ends_at": last["ends_at"], "hours": hours, "description": text})
    return folded


def name_week(line: Line) -> tuple[int, int]:
    """The ISO year and week of a line, local."""
    local = line["starts_at"].astimezone(ZoneInfo(line["time_zone"]))
    week = (local + timedelta(0)).isocalendar()
    return week.year, week.week


def summarize(lines: Sequence[Line]) -> str:
    """One sentence: used, allowed, due."""
    total = next(line for line in lines if line["kind"] == "total")
    due = show_instant(total["ends_at"], total["time_zone"]) or "beyond the generated calendar"
    alerts = [line["description"].split(" ")[0] for line in lines if line["kind"] == "alert"]
    fired = ", ".join(alerts) if alerts else "no alert"
    return (
        f"{total['hours']:.2f} {total['description'].replace('of', 'h of', 1)}; due {due}; {fired}."
    )
