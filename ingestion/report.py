"""What a load did, counted so that every row that was read is accounted for."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ingestion.quarantine import escape_text
from ingestion.reasons import Reason
from ingestion.soft_rules import Breaches
from ingestion.tables import SoftRule, Table

# Called with the stage (waiting, reading, merging), the table, rows done and rows in all, the
# last an estimate until the table is read.
ProgressCallback = Callable[[str, str, int, int], None]


@dataclass(frozen=True)
class TableResult:
    """What a load did to one table: `read` is the sum of the five counts that follow it.

    Waiting rows of earlier loads that landed now are counted as read. Rows that are older than
    what is there count as unchanged. `mapped_keys` rows came with another system's key.
    `reasons` counts rows by reason, a row with two in both. `warnings` tell what was loaded
    otherwise than given, or is odd.
    """

    table: str
    read: int
    inserted: int
    updated: int
    unchanged: int
    quarantined: int
    waiting: int
    unknown_columns: tuple[str, ...] = ()
    mapped_keys: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def loaded(self) -> int:
        """Rows written."""
        return self.inserted + self.updated


@dataclass(frozen=True)
class LoadReport:
    """What a load did. `batch_id` is None for a dry run.

    `left_out` names what else was in the folder: files that are no table's. `refusals` say, a line
    each, why a load would be refused of which this is the dry run.
    """

    batch_id: int | None
    source: str
    tables: tuple[TableResult, ...]
    left_out: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[tuple[str, str, int], ...]:
        """Rows kept out by (table, reason), in the order of the tables."""
        return tuple((table.table, *reason) for table in self.tables for reason in table.reasons)

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each thing that was left out, loaded otherwise than given, or is odd."""
        of_tables = (warning for table in self.tables for warning in table.warnings)
        return (*self.left_out, *of_tables)

    @property
    def read(self) -> int:
        """Rows read."""
        return sum(table.read for table in self.tables)

    @property
    def loaded(self) -> int:
        """Rows inserted or updated."""
        return sum(table.loaded for table in self.tables)

    @property
    def unchanged(self) -> int:
        """Rows that were there already, as new or newer."""
        return sum(table.unchanged for table in self.tables)

    @property
    def quarantined(self) -> int:
        """Rows kept out because they break the contract."""
        return sum(table.quarantined for table in self.tables)

    @property
    def waiting(self) -> int:
        """Rows kept back until their parent arrives."""
        return sum(table.waiting for table in self.tables)


@dataclass
class Tally:
    """The counts of one table while it loads.

    `superseded` rows are quarantined ones that a newer version in the same batch replaces.
    `examples` have a row for each rule of `reasons` that is of one row alone.
    """

    table: Table
    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    quarantined: int = 0
    waiting: int = 0
    superseded: int = 0
    mapped_keys: int = 0
    rounded: Counter[str] = field(default_factory=Counter)
    columns: dict[str, None] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    breaches: dict[SoftRule, Breaches] = field(default_factory=dict)
    alike: list[str] = field(default_factory=list)

    def note_breaches(self, rule: SoftRule, found: Breaches) -> None:
        """Add the rows of a pass that break a soft rule."""
        if found.rows:
            before = self.breaches.get(rule, Breaches(0, found.example))
            self.breaches[rule] = before._replace(rows=before.rows + found.rows)

    def note_columns(self, names: Iterable[str]) -> None:
        """Remember the columns that the source has, in its order."""
        self.columns.update(dict.fromkeys(names))

    def note_reasons(self, row_number: int, reasons: Iterable[Reason]) -> None:
        """Count the rules that a row breaks, and keep the first row of each."""
        for rule, text in {reason.rule: reason.text for reason in reasons}.items():
            self.reasons[rule] += 1
            self.examples.setdefault(rule, f"row {row_number:,}: {text}")

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        """The columns that the contract does not have, as PostgreSQL can store them."""
        known = {column.name for column in self.table.columns}
        return tuple(escape_text(name) for name in self.columns if name not in known)

    @property
    def warnings(self) -> Iterator[str]:
        """Yield a line for each column left out or rounded, and for what is odd in the rows."""
        yield from self.list_left_out()
        yield from self.list_rounded()
        yield from self.list_breaches()
        yield from self.alike

    def list_left_out(self) -> Iterator[str]:
        """Yield a line for each column that the engine writes, whatever the source says."""
        for column in self.table.columns:
            if column.writer == "engine" and column.name in self.columns:
                yield (
                    f"{self.table.name}: {column.name} is written by the engine; the source's "
                    "values were left out."
                )

    def list_rounded(self) -> Iterator[str]:
        """Yield a line for each column whose numbers are finer than what is kept."""
        for column, count in self.rounded.items():
            yield (
                f"{self.table.name}: {count:,} of {column} were rounded to hundredths of an hour "
                "(36 seconds)."
            )

    def list_breaches(self) -> Iterator[str]:
        """Yield a line for each soft rule that rows break."""
        for rule, found in self.breaches.items():
            yield (
                f"{self.table.name}: {found.rows:,} of this load {rule.fault}, such as "
                f"{self.table.key} {found.example}."
            )

    def freeze(self) -> TableResult:
        """Return the counts as a result."""
        return TableResult(
            table=self.table.name,
            read=self.read,
            inserted=self.inserted,
            updated=self.updated,
            unchanged=self.unchanged,
            quarantined=self.quarantined,
            waiting=self.waiting,
            unknown_columns=self.unknown_columns,
            mapped_keys=self.mapped_keys,
            reasons=tuple(self.reasons.most_common()),
            warnings=tuple(self.warnings),
        )
