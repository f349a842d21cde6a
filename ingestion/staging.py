"""Staging: judge the rows of a source, copy the good ones, word what is wrong with the others."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd
from psycopg import Connection, sql

from ingestion.contract import Column, Table
from ingestion.expectations.claims import describe_missing
from ingestion.expectations.frames import list_judged_columns, validate_frame
from ingestion.incoming import compose
from ingestion.parsing import ParsedColumn, parse_column
from ingestion.quarantine import Reject
from ingestion.rows import Chunk, Reason

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
SPECIAL = re.compile(r"[\\\t\n\r]")


@dataclass(frozen=True)
class JudgedChunk:
    """A chunk with its columns typed, and the reasons of each row that is kept out."""

    chunk: Chunk
    parsed: dict[str, ParsedColumn]
    reasons: dict[int, list[Reason]]

    @property
    def mapped_keys(self) -> int:
        """How many rows came with another system's key."""
        return next(iter(self.parsed.values())).mapped_keys

    def list_rejects(self) -> Iterator[Reject]:
        """Yield the rows that are kept out."""
        for row in self.chunk.broken:
            yield Reject(row.row_number, row.raw, [row.reason])
        for index in sorted(self.reasons):
            yield Reject(
                row_number=self.chunk.row_numbers[index],
                raw=self.chunk.raw_row(index),
                reasons=self.reasons[index],
                key=self.read(index, next(iter(self.parsed))),
                updated_at=self.read(index, "updated_at"),
            )

    def read(self, index: int, column: str) -> str | None:
        """Return a typed value, or None where there is none."""
        return self.parsed[column].copied[index] or None if column in self.parsed else None


def judge_chunk(table: Table, chunk: Chunk) -> JudgedChunk:
    """Type every column of a chunk and judge its rows by the table's expectations."""
    absent = [""] * len(chunk.row_numbers)
    parsed = {
        column.name: parse_column(table, column, chunk.columns.get(column.name, absent))
        for column in table.accepted_columns
        if column.name in chunk.columns or column.is_required
    }
    reasons = collect_problems(parsed)
    for index, breaches in validate_frame(table.name, build_frame(table, parsed)).items():
        found = reasons.setdefault(index, [])
        found.extend(drop_missing(table, parsed, index, breaches))
    return JudgedChunk(chunk, parsed, reasons)


def build_frame(table: Table, parsed: dict[str, ParsedColumn]) -> pd.DataFrame:
    """Build the frame of the columns that the expectations judge."""
    judged = list_judged_columns(table.name)
    return pd.DataFrame({name: column.judged for name, column in parsed.items() if name in judged})


def collect_problems(parsed: dict[str, ParsedColumn]) -> dict[int, list[Reason]]:
    """Collect the values that are not of their column's type, by row."""
    reasons: dict[int, list[Reason]] = {}
    for column in parsed.values():
        for index, reason in column.problems.items():
            reasons.setdefault(index, []).append(reason)
    return reasons


def drop_missing(
    table: Table, parsed: dict[str, ParsedColumn], index: int, reasons: list[Reason]
) -> list[Reason]:
    """Drop "is missing" for values that are there but can't be read: that is said already."""
    unread = {
        describe_missing(column.name)
        for column in table.columns
        if column.name in parsed and index in parsed[column.name].problems
    }
    return [reason for reason in reasons if reason not in unread]


def copy_good_rows(
    connection: Connection, table: Table, judged: JudgedChunk, first_row_id: int
) -> None:
    """Copy the rows that may land, numbered from `first_row_id`, into the pass."""
    columns = [column for column in table.accepted_columns if column.name in judged.parsed]
    statement = compose("copy_incoming", column_names=name_columns(columns))
    lines = write_lines(first_row_id, [judged.parsed[column.name] for column in columns])
    if judged.reasons:
        lines = (line for index, line in enumerate(lines) if index not in judged.reasons)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write("".join(lines))


def name_columns(columns: Iterable[Column]) -> sql.Composed:
    """Name the columns of a pass: its row number, then those of the table."""
    names = ["row_id", *(column.name for column in columns)]
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def write_lines(first_row_id: int, columns: list[ParsedColumn]) -> Iterator[str]:
    """Write rows in the text form of COPY, where an empty field is null."""
    count = len(columns[0].copied)
    row_ids = map(str, range(first_row_id, first_row_id + count))
    values = [escape_column(column.copied) for column in columns]
    # Joining whole tuples is seven times as fast as the csv module's writer.
    return map("{}\n".format, map("\t".join, zip(row_ids, *values, strict=True)))


def escape_column(values: list[str]) -> list[str]:
    """Escape what the text form of COPY gives a meaning; most columns have nothing of it."""
    if SPECIAL.search("".join(values)) is None:
        return values
    return [SPECIAL.sub(lambda match: ESCAPES[match[0]], value) for value in values]
