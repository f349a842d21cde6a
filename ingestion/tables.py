"""What the source contract is written in: tables, their columns, and the rules between them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

ColumnType = Literal[
    "uuid",
    "text",
    "timestamptz",
    "date",
    "numeric(10, 2)",
    "integer",
    "bigint",
    "boolean",
    "jsonb",
    "text[]",
]
# source: the bundle's value counts. engine: never taken from a bundle.
# either: the engine fills it where the source leaves it empty, and that is kept.
Writer = Literal["source", "engine", "either"]
HOURS_OF_A_YEAR = 8_766
# How bad it is when a loaded table breaks a rule.
Severity = Literal["critical", "warning"]


@dataclass(frozen=True)
class DateSpan:
    """The days that rows may name, both inclusive; what lies outside is no real date.

    Nothing real is planned for more than `years_ahead` years either.
    """

    earliest: date
    latest: date
    years_ahead: int = 10

    @classmethod
    def around(cls, today: date, *, earliest_year: int = 1970, years_ahead: int = 10) -> "DateSpan":
        """Return the span from the beginning of a year to so many years ahead of today."""
        latest = date(today.year + years_ahead, 12, 31)
        return cls(date(earliest_year, 1, 1), latest, years_ahead)

    @property
    def most_hours(self) -> int:
        """The hours of the years ahead, of at least one: no TAT is longer."""
        return HOURS_OF_A_YEAR * max(self.years_ahead, 1)

    def holds(self, day: str) -> bool:
        """Whether a text such as 2026-01-31 is a day of the calendar, within the span."""
        try:
            return self.earliest <= date.fromisoformat(day) <= self.latest
        except ValueError:
            return False


@dataclass(frozen=True)
class Column:
    """One column: its type, whether a row must have it, and what it may hold or refer to.

    `parent` is the table whose key the column holds. Where `must_exist` is false the key may
    be unknown (a manager who is not exported, say), and the row is loaded all the same.
    `label` is what the names of its checks call its values: level_numbers_are_present. A name
    tells one thing from another, so blanks at its ends are left out; free text is kept as it is.
    Numbers are `at_least` so much; a TAT is not longer than the years ahead of a DateSpan.
    """

    name: str
    type: ColumnType
    is_required: bool = False
    values: tuple[str, ...] = ()
    parent: str | None = None
    must_exist: bool = True
    default: str | None = None
    writer: Writer = "source"
    label: str = ""
    is_name: bool = False
    at_least: Decimal = Decimal(0)
    is_tat: bool = False

    @property
    def is_trimmed(self) -> bool:
        """Whether blanks around its texts mean nothing: they are names, or of a list of values."""
        return self.is_name or bool(self.values)

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers, which have a least value."""
        return self.type in ("numeric(10, 2)", "integer", "bigint")

    @property
    def plural(self) -> str:
        """What several of its values are called."""
        return self.label or f"{self.name.removesuffix('_id')}s"


@dataclass(frozen=True)
class Order:
    """Two times of a row, of which `later` may not be before `earlier`, where it has both.

    `name` is its check's. A row that breaks it is rejected, unless that is only a warning.
    """

    name: str
    earlier: str
    later: str
    rejects: bool = True
    severity: Severity = "critical"


@dataclass(frozen=True)
class Period:
    """Columns of a row's stretch of time; those of one owner must not overlap."""

    owner: str
    starts_at: str
    ends_at: str


@dataclass(frozen=True)
class SoftRule:
    """What rows should not do, yet real sources have and views can count: it brings a warning.

    `name` is its check's, `fault` completes a sentence: "No users <fault>". `statement` lists
    the rows that break it, from `columns`, of those that hold the value of the `condition`.
    """

    name: str
    fault: str
    columns: tuple[str, ...]
    condition: tuple[str, str] | None = None
    statement: Literal["find_shared", "find_manager_circles"] = "find_shared"

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        return (*self.columns, self.condition[0]) if self.condition else self.columns


@dataclass(frozen=True)
class Table:
    """One table: its columns, the first of which is its key, and the rules between columns.

    `noun` is what its checks call a row.
    """

    name: str
    noun: str
    columns: tuple[Column, ...]
    orders: tuple[Order, ...] = ()
    soft_rules: tuple[SoftRule, ...] = ()
    period: Period | None = None

    @property
    def key(self) -> str:
        """The name of the key column."""
        return self.columns[0].name

    @property
    def accepted_columns(self) -> tuple[Column, ...]:
        """The columns that a bundle may fill."""
        return tuple(column for column in self.columns if column.writer != "engine")

    @property
    def parents(self) -> tuple[Column, ...]:
        """The columns whose parent must be known before a row is loaded."""
        return tuple(column for column in self.columns if column.parent and column.must_exist)

    @property
    def is_versioned(self) -> bool:
        """Whether rows carry `updated_at`, so that an older version never replaces a newer one."""
        return any(column.name == "updated_at" for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column of that name; raises KeyError when the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")
