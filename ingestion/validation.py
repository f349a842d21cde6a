"""Validating the rows of a source: the good ones as lines for COPY, the others with reasons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingestion.expectations.expectation import list_expectations
from ingestion.parsing import ParsedColumn, parse_column
from ingestion.quarantine import Reject
from ingestion.reasons import Reason, describe_missing
from ingestion.rows import Chunk, RowSource
from ingestion.tables import Column, DateSpan, Table

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
ESCAPED = str.maketrans(ESCAPES)
# The types whose values may hold any character.
FREE_TYPES = ("text", "jsonb", "text[]")

ReasonsByRow = dict[int, list[Reason]]


@dataclass(frozen=True)
class ValidatedChunk:
    """A chunk whose good rows are `lines` in the text form of COPY, ready to be sent.

    `first_row_id` numbers its first row in the source, `bad_row_ids` are those of its rejects.
    `names` are the columns that the source has, `columns` those of the contract that it fills.
    `rounded` counts, by column, numbers that are rounded to hundredths. `rows_in_all` is an
    estimate of the source's rows, known while it is read.
    """

    first_row_id: int
    row_count: int
    names: list[str]
    columns: list[Column]
    lines: bytes
    rejects: list[Reject]
    bad_row_ids: list[int]
    mapped_keys: int
    rounded: dict[str, int]
    rows_in_all: int

    @property
    def end_row_id(self) -> int:
        """The row id of the row after the last."""
        return self.first_row_id + self.row_count


def validate_rows(table: Table, source: RowSource, span: DateSpan) -> Iterator[ValidatedChunk]:
    """Yield the chunks of a source, validated, their rows numbered from 0."""
    first_row_id = 0
    for chunk in source.read():
        rows_in_all = source.estimate_rows(first_row_id + len(chunk.row_numbers))
        validated = validate_chunk(table, chunk, span, first_row_id, rows_in_all)
        yield validated
        first_row_id = validated.end_row_id


def validate_chunk(
    table: Table, chunk: Chunk, span: DateSpan, first_row_id: int, rows_in_all: int
) -> ValidatedChunk:
    """Type the columns of a chunk and check its rows by the expectations of its table."""
    columns = [
        column
        for column in table.accepted_columns
        if column.name in chunk.columns or column.is_required
    ]
    absent = [""] * len(chunk.row_numbers)
    parsed = {
        column.name: parse_column(table, column, chunk.columns.get(column.name, absent), span)
        for column in columns
    }
    reasons = find_reasons(table, parsed)
    return ValidatedChunk(
        first_row_id=first_row_id,
        row_count=len(chunk.row_numbers),
        names=list(chunk.columns),
        columns=columns,
        lines=write_lines(first_row_id, columns, parsed, reasons).encode(),
        rejects=list(list_rejects(table, chunk, parsed, reasons)),
        bad_row_ids=[first_row_id + index for index in reasons],
        mapped_keys=parsed[table.key].mapped_keys,
        rounded={name: column.rounded for name, column in parsed.items() if column.rounded},
        rows_in_all=rows_in_all,
    )


def find_reasons(table: Table, parsed: dict[str, ParsedColumn]) -> ReasonsByRow:
    """Find why rows are rejected: values that are not of their type, expectations they break."""
    reasons: ReasonsByRow = {}
    for column in parsed.values():
        for index, reason in column.problems.items():
            reasons.setdefault(index, []).append(reason)
    for index, reason in find_breaches(table, parsed):
        reasons.setdefault(index, []).append(reason)
    return reasons


def find_breaches(table: Table, parsed: dict[str, ParsedColumn]) -> Iterator[tuple[int, Reason]]:
    """Yield the rows that break an expectation, and why.

    "Is missing" is left out for values that are there but can't be read: that is said already.
    """
    texts = {name: column.texts for name, column in parsed.items()}
    for expectation in list_expectations(table.name):
        if expectation.check_rows is None or not texts.keys() >= set(expectation.columns):
            continue
        first = expectation.columns[0]
        missing = describe_missing(table.column(first))
        for index, reason in expectation.check_rows(texts).items():
            if reason != missing or index not in parsed[first].problems:
                yield index, reason


def list_rejects(
    table: Table, chunk: Chunk, parsed: dict[str, ParsedColumn], reasons: ReasonsByRow
) -> Iterator[Reject]:
    """Yield the rows that are rejected, those that have no columns at all first."""
    for row in chunk.broken:
        yield Reject(row.row_number, row.raw, [row.reason])
    for index in sorted(reasons):
        yield Reject(
            row_number=chunk.row_numbers[index],
            raw=chunk.raw_row(index),
            reasons=reasons[index],
            key=read_text(parsed, table.key, index),
            updated_at=read_text(parsed, "updated_at", index),
        )


def read_text(parsed: dict[str, ParsedColumn], column: str, index: int) -> str | None:
    """Return a typed value, or None where there is none."""
    return parsed[column].texts[index] or None if column in parsed else None


def write_lines(
    first_row_id: int, columns: list[Column], parsed: dict[str, ParsedColumn], bad: ReasonsByRow
) -> str:
    """Write the good rows, each with its id, in the text form of COPY; an empty field is null."""
    values = [escape_column(column, parsed[column.name].texts) for column in columns]
    row_ids = map(str, range(first_row_id, first_row_id + len(values[0])))
    # Joining whole tuples is seven times as fast as the csv module's writer.
    lines: Iterable[str] = map("\t".join, zip(row_ids, *values, strict=True))
    if bad:
        lines = (line for index, line in enumerate(lines) if index not in bad)
    text = "\n".join(lines)
    return f"{text}\n" if text else ""


def escape_column(column: Column, values: list[str]) -> list[str]:
    """Escape what the text form of COPY gives a meaning; most columns have nothing of it."""
    if column.type not in FREE_TYPES:
        return values
    text = "".join(values)
    if not any(character in text for character in ESCAPES):
        return values
    return [value.translate(ESCAPED) for value in values]
