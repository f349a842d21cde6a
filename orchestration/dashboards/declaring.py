"""What a dashboard is declared by: its datasets, charts, rows and filters."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.reports.charts import Colour
from orchestration.reports.drawing import SHADES


@dataclass(frozen=True)
class Computed:
    """A column that SQL computes beside those of the relation."""

    name: str
    label: str
    expression: str
    data_type: str = "text"
    meaning: str = ""


@dataclass(frozen=True)
class Metric:
    """A figure over all rows of a dataset, with its unit in the label. `shape` is d3's format."""

    name: str
    label: str
    expression: str
    meaning: str
    shape: str = ",d"


@dataclass(frozen=True)
class Dataset:
    """A dbt model, or a relation of the engine, and what is added to its columns and metrics."""

    name: str
    schema: str = ""
    day: str | None = None
    computed: Sequence[Computed] = ()
    metrics: Sequence[Metric] = ()


@dataclass(frozen=True)
class Chart:
    """A chart: Superset's kind and its parameters. `day` is the column that the date filters.

    `only` is SQL that rows must satisfy, `means` what a reader may ask about it.
    """

    title: str
    dataset: str
    kind: str
    parameters: Mapping[str, Any]
    day: str | None = None
    only: str | None = None
    means: str = ""


@dataclass(frozen=True)
class Filter:
    """A filter of a dashboard: a column and the dataset whose values it offers."""

    name: str
    column: str
    dataset: str


@dataclass(frozen=True)
class Row:
    """Charts of one width beside each other; height in steps of 8 pixels."""

    height: int
    charts: Sequence[Chart]


@dataclass(frozen=True)
class Board:
    """A dashboard. `intro` says what it answers and what an empty chart means."""

    title: str
    intro: str
    filters: Sequence[Filter]
    rows: Sequence[Row]
    has_dates: bool = True

    @property
    def slug(self) -> str:
        """Its name in addresses and of files."""
        return make_slug(self.title)


def make_slug(title: str) -> str:
    """A title in lower case, with underscores between its words."""
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")


DEPARTMENT = Filter("Department", "department_name", "metric_requests")
PRIORITY = Filter("Priority", "priority", "metric_requests")
APPROVER = Filter("Approver", "approver_name", "metric_levels")

# The states of levels, in words.
LEVEL_STATES = {
    "ON_TRACK": "On track",
    "AT_RISK": "At risk",
    "BREACHED": "TAT exceeded",
    "PAUSED": "Paused",
    "COMPLETED_ON_TIME": "Decided in time",
    "COMPLETED_LATE": "Decided late",
    "SKIPPED": "Skipped",
}
# Neither good nor bad, and none of the colours of states.
PLAIN = SHADES[Colour.PLAIN]
VIOLET, TEAL, SLATE, PINK = "#6d5aa8", "#2f8f8b", "#4a5568", "#b0688f"
# What a word means has one colour on every dashboard: that of the reports and the request screen.
COLOURS = {
    "On track": SHADES[Colour.ON_TRACK],
    "Decided in time": SHADES[Colour.ON_TRACK],
    "tat_compliance": SHADES[Colour.ON_TRACK],
    "TAT compliance %": SHADES[Colour.ON_TRACK],
    "levels_within_tat": SHADES[Colour.ON_TRACK],
    "Levels decided in time": SHADES[Colour.ON_TRACK],
    "At risk": SHADES[Colour.AT_RISK],
    "TAT exceeded": SHADES[Colour.BREACHED],
    "Decided late": SHADES[Colour.BREACHED],
    "levels_late": SHADES[Colour.BREACHED],
    "Levels decided late": SHADES[Colour.BREACHED],
    "Delayed": SHADES[Colour.BREACHED],
    "delayed_now": SHADES[Colour.BREACHED],
    "on_track_now": SHADES[Colour.ON_TRACK],
    "on_track": SHADES[Colour.ON_TRACK],
    "at_risk": SHADES[Colour.AT_RISK],
    "breached": SHADES[Colour.BREACHED],
    "paused": SHADES[Colour.PAUSED],
    "open_requests": SLATE,
    "Open requests": SLATE,
    "approved_requests": TEAL,
    "Approved requests": TEAL,
    "rejected_requests": PINK,
    "Rejected requests": PINK,
    "Paused": SHADES[Colour.PAUSED],
    "Skipped": PLAIN,
    "First reminder": SHADES[Colour.ON_TRACK],
    "Second reminder": SHADES[Colour.AT_RISK],
    "EXPRESS": VIOLET,
    "STANDARD": PLAIN,
    "PENDING": SHADES[Colour.PAUSED],
    "IN_PROGRESS": SLATE,
    "APPROVED": TEAL,
    "REJECTED": PINK,
    "CLOSED": PLAIN,
}
