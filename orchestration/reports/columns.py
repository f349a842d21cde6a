"""Columns as people read them: a heading with its unit, and values in one form everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.delivery.rendering import UNSAFE
from orchestration.reports.declaring import ACRONYMS, Grain

# Names carry their units; these are the words for them.
UNITS = {"percentage": "%", "hours": "h", "days": "days"}
LONG_WORDS = {"avg": "average", "kpi": "", **ACRONYMS}
# Headings that the name alone does not give.
HEADINGS: dict[str, tuple[str, str]] = {
    "approved": ("Requests approved", ""),
    "approved_count": ("Levels approved", ""),
    "breaches": ("Levels breached", ""),
    "breach_reason_label": ("Reason given", ""),
    "compliance_change": ("Compliance change", "percentage points"),
    "compliance_rank": ("Rank", ""),
    "days_counted": ("Days counted", ""),
    "decided_count": ("Levels decided", ""),
    "oldest_age_business_days": ("Oldest age", "business days"),
    "rejected": ("Requests rejected", ""),
    "rejected_count": ("Levels rejected", ""),
    "still_open": ("Requests still open", ""),
    "within_tat_count": ("Levels within TAT", ""),
    "tat_compliance_7_day_percentage": ("TAT compliance of 7 days", "%"),
}
# The places of thresholds; their percentages are the policy's.
REMINDERS = {"TAT_50": "First reminder", "TAT_75": "Second reminder", "TAT_100": "TAT exceeded"}
CODES = {"event_type", "level_status", "priority"}
NONE = "–"
WHOLE_TYPES = {"date", "timestamp with time zone", "boolean"}


@dataclass(frozen=True)
class Column:
    """A column: its name and type in the database, what dbt says it means."""

    name: str
    data_type: str
    meaning: str

    @property
    def heading(self) -> str:
        """The name in words, without its unit."""
        if self.name in HEADINGS:
            return HEADINGS[self.name][0]
        words = [LONG_WORDS.get(word, word) for word in self.name.removeprefix("is_").split("_")]
        text = " ".join(word for word in words if word and word not in UNITS)
        return text[:1].upper() + text[1:]

    @property
    def unit(self) -> str:
        """The unit of its numbers; empty for counts and for what is no number."""
        if self.name in HEADINGS:
            return HEADINGS[self.name][1]
        return next((UNITS[word] for word in self.name.split("_") if word in UNITS), "")

    @property
    def label(self) -> str:
        """Heading and unit."""
        return f"{self.heading} ({self.unit})" if self.unit else self.heading

    @property
    def is_number(self) -> bool:
        """It is shown to the right."""
        return self.data_type in {"bigint", "integer", "numeric", "double precision"}

    @property
    def shape(self) -> str:
        """How the page sets it: numbers to the right, dates and codes on one line."""
        if self.is_number:
            return "number"
        is_whole = self.data_type in WHOLE_TYPES or self.name in CODES | {"request_number"}
        return "whole" if is_whole else ""

    @property
    def is_key(self) -> bool:
        """It is a key that means nothing to people."""
        return self.data_type == "uuid"


def choose_columns(columns: Sequence[Column], shown: Sequence[str]) -> list[Column]:
    """The columns of the page: those named, in that order, else all but keys."""
    if not shown:
        return [column for column in columns if not column.is_key]
    by_name = {column.name: column for column in columns}
    return [by_name[name] for name in shown]


def format_cell(value: Any, column: Column, zone: ZoneInfo, grain: Grain | None = None) -> str:
    """A value as text on a page. `grain` is that of the report's period, for its column."""
    if column.name in CODES and value is not None:
        return say_code(value)
    if grain == "month" and value is not None:
        return f"{value:%b %Y}"
    return format_value(value, zone)


def format_value(value: Any, zone: ZoneInfo) -> str:
    """A value as text: local times to the minute, whole counts, other numbers to one decimal."""
    match value:
        case None:
            return NONE
        case bool():
            return "yes" if value else "no"
        case datetime():
            local = value.astimezone(zone)
            return f"{local.day} {local:%b %Y, %H:%M}"
        case date():
            return f"{value.day} {value:%b %Y}"
        case Decimal():
            # Adding 0 makes -0.0 plain.
            return f"{round(value, 1) + 0:,.1f}"
        case float():
            return f"{value:,.1f}"
        case int():
            return f"{value:,}"
    return UNSAFE.sub(" ", str(value))


def say_code(code: str) -> str:
    """A code of the contract in words: `LEVEL_STARTED` is `Level started`."""
    if code in REMINDERS:
        return REMINDERS[code]
    return UNSAFE.sub(" ", code).replace("_", " ").capitalize()
