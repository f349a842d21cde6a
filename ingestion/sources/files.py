"""Reading one file of a bundle: CSV or JSONL, plain or gzipped, as text."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any, NoReturn

from ingestion.reasons import Reason
from ingestion.rows import CHUNK_ROWS, BrokenRow, Chunk, RawRow
from ingestion.sources.limits import (
    CHUNK_CHARACTERS,
    ROW_CHARACTERS,
    BundleError,
    BundleSize,
    refuse_bomb,
    refuse_long_row,
    refuse_many_columns,
)

# Decompressing in small steps costs more than the decompressing.
BUFFER_BYTES = 1024 * 1024
UNREADABLE = (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error)


@dataclass
class Progress:
    """How far into a file its reader is, in bytes as stored."""

    position: int = 0


@dataclass(frozen=True)
class OpenText:
    """A file that is read: its bytes as stored and unpacked, and its lines."""

    path: Path
    stored: IO[bytes]
    plain: IO[bytes] | gzip.GzipFile
    text: io.TextIOWrapper

    def list_lines(self) -> Iterator[str]:
        """Yield the lines, each up to a character more than a row may have."""
        return iter(partial(self.text.readline, ROW_CHARACTERS + 1), "")


@dataclass(frozen=True)
class TextFile:
    """A file of UTF-8 text, gzipped when its name ends in .gz; a byte order mark is skipped."""

    path: Path
    bundle_size: BundleSize = field(default_factory=BundleSize, compare=False)
    progress: Progress = field(default_factory=Progress, compare=False)

    @contextmanager
    def open_text(self) -> Iterator[OpenText]:
        """Open the file.

        Raises BundleError for whatever keeps it from being read to its end.
        """
        try:
            with self.path.open("rb") as stored:
                zipped = self.path.name.lower().endswith(".gz")
                if zipped and not self.path.stat().st_size:
                    raise EOFError("no bytes at all")
                plain = gzip.GzipFile(fileobj=stored) if zipped else stored
                buffered = io.BufferedReader(plain, BUFFER_BYTES)
                with io.TextIOWrapper(buffered, encoding="utf-8-sig", newline="") as text:
                    yield OpenText(self.path, stored, plain, text)
        except UNREADABLE as error:
            refuse_file(self.path, error)

    def note_position(self, opened: OpenText, line: int) -> None:
        """Follow the progress; raises BundleError where the file holds more than it may."""
        self.progress.position = opened.stored.tell()
        unpacked = opened.plain.tell()
        refuse_bomb(self.path, self.progress.position, unpacked, line)
        self.bundle_size.note(self.path, unpacked, f", reached in line {line:,}")

    def estimate_rows(self, rows_done: int) -> int:
        """Estimate the rows of the file from the share of its bytes that `rows_done` took."""
        size = self.path.stat().st_size
        if not self.progress.position or self.progress.position >= size:
            return rows_done
        return max(rows_done, round(rows_done * size / self.progress.position))


def refuse_file(path: Path, error: Exception) -> NoReturn:
    """Raise BundleError with a message for people in place of `error`."""
    if isinstance(error, UnicodeDecodeError):
        text = "is not UTF-8 text. Save it again with the encoding UTF-8."
    elif isinstance(error, EOFError | zlib.error | gzip.BadGzipFile):
        text = "is not a whole gzip file. Copy it again."
    elif isinstance(error, csv.Error):
        text = f"is not sound CSV: {error}. Check the quotes around there."
    else:
        text = f"can't be read: {error}."
    raise BundleError(f"{path.name} {text}") from error


@dataclass(frozen=True)
class CsvFile(TextFile):
    """A CSV file with a header; a bundle's has commas. Column names are matched in lower case."""

    separator: str = ","

    def read_header(self) -> list[str]:
        """Return the column names; raises BundleError when there are none or one is twice."""
        with self.open_text() as opened:
            return self.take_header(CsvRows(opened, self.separator))

    def take_header(self, rows: "CsvRows") -> list[str]:
        """Take the first row and return its names."""
        names = [name.strip().lower() for row in rows.take(1) for name in row]
        refuse_many_columns(self.path, len(names), rows.line)
        if not any(names):
            raise BundleError(f"{self.path.name} is empty. It needs a line of column names.")
        # Spreadsheets leave columns without a name at the right edge.
        names = [name or f"(column {place})" for place, name in enumerate(names, start=1)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise BundleError(f"{self.path.name} names a column twice: {', '.join(twice)}.")
        return names

    def read(self) -> Iterator[Chunk]:
        """Yield the rows in chunks. Raises BundleError when the file breaks off or is unsound."""
        with self.open_text() as opened:
            rows = CsvRows(opened, self.separator)
            header = self.take_header(rows)
            first_number = 2
            while lines := rows.take(CHUNK_ROWS):
                self.note_position(opened, rows.line)
                yield build_csv_chunk(header, first_number, lines)
                first_number += len(lines)


class CsvRows:
    """The rows of a CSV text, each a list of its fields; a blank one has none."""

    def __init__(self, opened: OpenText, separator: str) -> None:
        # Python's own limit of a field (131,072) is below real notes.
        csv.field_size_limit(ROW_CHARACTERS)
        self.opened = opened
        self.row_characters = 0
        self.reader = csv.reader(self.list_lines(), strict=True, delimiter=separator)

    @property
    def line(self) -> int:
        """The line that the last row ends in."""
        return self.reader.line_num

    def list_lines(self) -> Iterator[str]:
        """Yield the lines; raises BundleError where those of one row, in quotes, are too many."""
        for line in self.opened.list_lines():
            self.row_characters += len(line)
            if self.row_characters > ROW_CHARACTERS:
                refuse_long_row(self.opened.path, self.line + 1)
            yield line

    def take(self, count: int) -> list[list[str]]:
        """Return up to `count` of the next rows; raises csv.Error where quotes break."""
        rows = []
        characters = 0
        try:
            for row in islice(self.reader, count):
                rows.append(row)
                characters += self.row_characters
                self.row_characters = 0
                if characters > CHUNK_CHARACTERS:
                    break
        except csv.Error as error:
            raise csv.Error(f"{error}, in the row that ends about line {self.line}") from error
        return rows


def build_csv_chunk(header: list[str], first_number: int, rows: list[list[str]]) -> Chunk:
    """Turn rows into columns; set aside rows of another width and drop blank ones."""
    width = len(header)
    numbers: Sequence[int] = range(first_number, first_number + len(rows))
    broken = []
    if set(map(len, rows)) != {width} or [""] * width in rows:
        numbered = [
            (number, fields) for number, fields in zip(numbers, rows, strict=True) if any(fields)
        ]
        broken = [
            break_ragged_row(header, number, fields)
            for number, fields in numbered
            if len(fields) != width
        ]
        numbers = [number for number, fields in numbered if len(fields) == width]
        rows = [fields for _, fields in numbered if len(fields) == width]
    values = map(list, zip(*rows, strict=True)) if rows else ([] for _ in header)
    return Chunk(numbers, dict(zip(header, values, strict=True)), broken)


def break_ragged_row(header: list[str], number: int, fields: list[str]) -> BrokenRow:
    """Describe a row that has more or fewer values than there are columns."""
    raw: RawRow = dict(zip(header, fields, strict=False))
    if len(fields) > len(header):
        raw["(more values)"] = json.dumps(fields[len(header) :], ensure_ascii=False)
    rule = "the row does not have a value for each column"
    text = f"the row has {len(fields)} values for {len(header)} columns"
    return BrokenRow(number, raw, Reason(rule, text))


@dataclass(frozen=True)
class JsonlFile(TextFile):
    """A file with one JSON object a line; columns may differ from line to line."""

    def read(self) -> Iterator[Chunk]:
        """Yield the rows in chunks. Raises BundleError when the file breaks off."""
        with self.open_text() as opened:
            numbered = enumerate(opened.list_lines(), start=1)
            while lines := self.take_lines(numbered, CHUNK_ROWS):
                self.note_position(opened, lines[-1][0])
                yield build_jsonl_chunk(self.path, lines)

    def take_lines(self, numbered: Iterator[tuple[int, str]], count: int) -> list[tuple[int, str]]:
        """Return up to `count` of the next lines; raises BundleError for one that is too long."""
        lines = []
        characters = 0
        for number, line in islice(numbered, count):
            lines.append((number, line))
            characters += len(line)
            if len(line) > ROW_CHARACTERS:
                refuse_long_row(self.path, number)
            if characters > CHUNK_CHARACTERS:
                break
        return lines


def build_jsonl_chunk(path: Path, lines: list[tuple[int, str]]) -> Chunk:
    """Turn numbered lines into columns; set aside lines that are not JSON objects.

    Raises BundleError where they name too many columns.
    """
    rows: list[tuple[int, RawRow]] = []
    broken: list[BrokenRow] = []
    for number, line in lines:
        if not line.strip():
            continue
        try:
            rows.append((number, read_json_object(line)))
        except (ValueError, RecursionError):
            reason = "the line is not a JSON object"
            broken.append(BrokenRow(number, {"(line)": line.strip()}, Reason(reason, reason)))
    names = dict.fromkeys(name for _, row in rows for name in row)
    refuse_many_columns(path, len(names), lines[-1][0])
    return Chunk(
        row_numbers=[number for number, _ in rows],
        columns={name: [row.get(name, "") for _, row in rows] for name in names},
        broken=broken,
        raw_rows=[row for _, row in rows],
    )


def read_json_object(line: str) -> RawRow:
    """Return the members of a JSON object as text; raises ValueError for anything else."""
    members = json.loads(line, parse_constant=refuse_constant)
    if not isinstance(members, dict):
        raise ValueError("not an object")
    return {name.strip().lower(): write_as_text(value) for name, value in members.items()}


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which JSON does not have."""
    raise ValueError(f"{name} is not JSON")


def write_as_text(value: Any) -> str:
    """Write a JSON value as a CSV file would hold it; null is no value."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
