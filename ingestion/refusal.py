"""Refusals: a table of which too many rows are bad comes from a broken source."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection, sql

from ingestion.incoming import compose, name_version
from ingestion.report import Tally
from ingestion.sources.limits import BundleError
from ingestion.tables import Table

SHOWN_REASONS = 5
ADVICE = (
    "Nothing was loaded. Mend the source and load again. Or accept the bad rows by hand, with "
    "--accept-bad (`tat load`, `tat up --bundle`) or `accept_bad` in Dagster: the good rows are "
    "loaded and the bad ones go to quarantine."
)


@dataclass(frozen=True)
class Tolerance:
    """A load is refused where `percent` of a table's rows are bad, if it has `rows` or more.

    0 percent refuses nothing.
    """

    percent: int = 40
    rows: int = 50


USUAL = Tolerance()


@dataclass(frozen=True)
class Refusal:
    """A table that is too bad: of `read` rows `bad`, and each rule with its rows and an example."""

    table: str
    read: int
    bad: int
    percent: int
    reasons: tuple[tuple[str, int, str], ...]

    def describe(self) -> list[str]:
        """Say how much is bad, and the commonest reasons, a line each."""
        share = f"{self.bad:,} of {self.read:,} rows ({100 * self.bad / self.read:.0f} %)"
        return [
            f"{self.table}: {share} are bad; from {self.percent} % on a load is refused.",
            *(
                f"{self.table}: {rule}: {rows:,} rows{f', such as {example}' if example else ''}"
                for rule, rows, example in self.reasons[:SHOWN_REASONS]
            ),
        ]


class LoadRefusedError(BundleError):
    """Too many rows of a table are bad. Nothing was written."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = tuple(refusals)
        lines = [line for refusal in refusals for line in refusal.describe()]
        super().__init__("\n".join([*lines, ADVICE]))


def judge(tally: Tally, tolerance: Tolerance | None) -> Refusal | None:
    """Return why a table is refused, or None where it is not.

    Waiting rows are not bad, nor are those that a newer version in the same batch replaces.
    """
    bad = tally.quarantined - tally.superseded
    if tolerance is None or not tolerance.percent or tally.read < tolerance.rows:
        return None
    if 100 * bad < tolerance.percent * tally.read:
        return None
    reasons = tuple(
        (rule, rows, tally.examples.get(rule, "")) for rule, rows in tally.reasons.most_common()
    )
    return Refusal(tally.table.name, tally.read, bad, tolerance.percent, reasons)


def count_superseded(connection: Connection, table: Table) -> int:
    """Count the duplicates of a pass that a newer version of their key in it replaces."""
    if not table.is_versioned:
        return 0
    parts: dict[str, sql.Composable] = {
        "key": sql.Identifier(table.key),
        "version": name_version(table),
    }
    row = connection.execute(compose("count_superseded", **parts)).fetchone()
    return int(row[0]) if row else 0
