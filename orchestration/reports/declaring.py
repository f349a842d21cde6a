"""What a report is declared by, and the measures that its declaration uses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Literal

from database.statements import Rows
from orchestration.reports.charts import Chart, Row

Grain = Literal["instant", "day", "week", "month"]
ACRONYMS = {"tat": "TAT"}


@dataclass(frozen=True)
class Period:
    """The column that `--from` and `--to` look at, and how long each of its values lasts."""

    column: str
    grain: Grain


@dataclass(frozen=True)
class Figure:
    """One number about all rows. Its value is None where there is none."""

    label: str
    unit: str
    measure: Callable[[Rows], Any]


@dataclass(frozen=True)
class Report:
    """A report. `shown` are the columns of the page; files have all. A minus in `order` descends.

    `nothing` is what an empty report means where no filter has emptied it.
    """

    name: str
    nothing: str
    order: Sequence[str]
    period: Period | None = None
    department: str | None = None
    request: str | None = None
    shows_one_request: bool = False
    shown: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    charts: Sequence[Chart] = ()

    @property
    def model(self) -> str:
        """The dbt model, in the schema reports."""
        return f"rpt_{self.name.replace('-', '_')}"

    @property
    def title(self) -> str:
        """The name as a heading."""
        words = [ACRONYMS.get(word, word) for word in self.name.split("-")]
        return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def total(column: str) -> Callable[[Rows], Any]:
    """The sum of a column."""
    return lambda rows: sum(row[column] or 0 for row in rows)


def share(part: str, whole: str) -> Callable[[Rows], Any]:
    """One sum as a percentage of another; None where that is 0."""

    def measure(rows: Rows) -> Any:
        divisor = total(whole)(rows)
        return 100 * total(part)(rows) / divisor if divisor else None

    return measure


def greatest(column: str) -> Callable[[Rows], Any]:
    """The greatest value of a column; None where it has none."""
    return lambda rows: max((row[column] for row in rows if row[column] is not None), default=None)


def latest(column: str, at: str) -> Callable[[Rows], Any]:
    """A column's value in the row that is last in time; None without rows."""
    return lambda rows: max(rows, key=itemgetter(at))[column] if rows else None


def count_breaches(rows: Rows) -> int:
    """How often a level of a request used up its TAT, by its events."""
    return sum(row["event_type"] == "TAT_100" for row in rows)


def less(whole: str, part: str) -> Callable[[Row], Any]:
    """What is left of one column without another."""
    return lambda row: (row[whole] or 0) - (row[part] or 0)
