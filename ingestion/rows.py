"""Rows as a source gives them: text by column, in chunks that bound the memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ingestion.reasons import Reason

CHUNK_ROWS = 50_000

# A source row as text; "" is no value.
RawRow = dict[str, str]


class BrokenRow(NamedTuple):
    """A row that has no columns to validate, such as a line that is not JSON."""

    row_number: int
    raw: RawRow
    reason: Reason


@dataclass(frozen=True)
class Chunk:
    """Up to CHUNK_ROWS rows, by column. Every column has a text per row; "" is no value.

    `raw_rows` are given where rows differ in their columns.
    """

    row_numbers: Sequence[int]
    columns: Mapping[str, list[str]]
    broken: list[BrokenRow] = field(default_factory=list)
    raw_rows: list[RawRow] | None = None

    def raw_row(self, index: int) -> RawRow:
        """Return the row at `index` as the source gave it."""
        if self.raw_rows is not None:
            return self.raw_rows[index]
        return {name: values[index] for name, values in self.columns.items()}


class RowSource(Protocol):
    """Rows of one table that can be read again from the start, in the same order."""

    def read(self) -> Iterator[Chunk]:
        """Yield the rows in chunks."""
        ...

    def estimate_rows(self, rows_done: int) -> int:
        """Estimate how many rows there are in all, given that `rows_done` were read."""
        ...


@dataclass(frozen=True)
class HeldRows:
    """One chunk already in memory, as a source."""

    chunk: Chunk

    def read(self) -> Iterator[Chunk]:
        """Yield the chunk."""
        yield self.chunk

    def estimate_rows(self, rows_done: int) -> int:
        """Return the number of rows."""
        return len(self.chunk.row_numbers)
