"""Typing text: a column's values as COPY takes them, as they are judged, and what is wrong."""

import re
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ingestion.contract import Column, Table
from ingestion.keys import UUID_TEXT, map_key
from ingestion.literals import find_reader
from ingestion.rows import Reason, quote_value

# Texts by row; "" is no value.
Values = list[str]

# What both PostgreSQL and pandas read; anything looser might stop a COPY half-way.
TIME = re.compile(
    r"(?!0000)\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
    r"(Z|[+-](0\d|1[0-5])(:?[0-5]\d)?)",
    re.ASCII,
)
# What lies beyond the microseconds that a clock keeps.
FINER_DIGITS = re.compile(r"(?<=\.\d{6})\d{1,3}", re.ASCII)
TIME_WITHOUT_OFFSET = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?", re.ASCII
)
DATE = re.compile(r"(?!0000)\d{4}-\d{2}-\d{2}", re.ASCII)


class ParsedColumn(NamedTuple):
    """A column's values: to copy, to judge (null where missing or unreadable), what is wrong."""

    copied: Values
    judged: "pd.Series[Any]"
    problems: dict[int, Reason]
    mapped_keys: int = 0


def parse_column(table: Table, column: Column, values: Values) -> ParsedColumn:
    """Parse the values of one column of a chunk by its type in the contract."""
    if column.type == "uuid":
        return parse_keys(column.parent or table.name, values)
    if column.type == "text":
        return parse_texts(column, values)
    if column.type in ("timestamptz", "date"):
        return parse_times(column, values)
    return parse_literals(column, values)


def parse_keys(owner: str, values: Values) -> ParsedColumn:
    """Keep UUIDs; map other systems' keys to UUIDs in the namespace of the table that owns them."""
    copied = list(values)
    mapped = 0
    for index in find_others(UUID_TEXT, values):
        trimmed = values[index].strip()
        copied[index] = str(map_key(owner, trimmed)) if trimmed else ""
        mapped += UUID_TEXT.fullmatch(trimmed) is None and trimmed != ""
    return ParsedColumn(copied, mark_presence(copied), {}, mapped)


def find_others(pattern: re.Pattern[str], values: Values) -> list[int]:
    """Return the rows that have a value which does not match."""
    matches = map(pattern.fullmatch, values)
    return [index for index, match in enumerate(matches) if match is None and values[index]]


def parse_texts(column: Column, values: Values) -> ParsedColumn:
    """Keep texts as they are; blank is missing, and what PostgreSQL can't hold is refused."""
    copied = values
    if any(map(str.isspace, values)):
        copied = ["" if value.isspace() else value for value in values]
    problems: dict[int, Reason] = {}
    if not is_storable("".join(copied)):
        reason = f"{column.name} holds characters that are not text"
        faulty = [index for index, value in enumerate(copied) if not is_storable(value)]
        problems = dict.fromkeys(faulty, Reason(reason, reason))
        copied = ["" if index in problems else value for index, value in enumerate(copied)]
    return ParsedColumn(
        copied, as_objects(copied) if column.values else mark_presence(copied), problems
    )


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold a text: no NUL, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def parse_times(column: Column, values: Values) -> ParsedColumn:
    """Read ISO 8601 instants, whose offset is required, or dates; both are judged as instants."""
    is_instant = column.type == "timestamptz"
    describe = describe_instant if is_instant else describe_date
    copied, unread = match_texts(values, TIME if is_instant else DATE)
    judged = read_instants(copied)
    for index in np.flatnonzero(judged.isna().to_numpy()):
        # It looks like a time, but the calendar has no such day or the day no such hour.
        if copied[index]:
            unread[int(index)] = copied[index]
            copied[index] = ""
    problems = {index: describe(column, text) for index, text in unread.items()}
    return ParsedColumn(copied, judged, problems)


def read_instants(values: Values) -> "pd.Series[Any]":
    """Read ISO 8601 texts as instants, null where there is none or it can't be.

    They are in UTC without a zone, as Great Expectations compares them.
    """
    texts = pd.Series(values, dtype=object)
    # Instants rarely repeat: without the cache of pandas this is three times as fast.
    instants = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce", cache=False)
    return instants.dt.tz_localize(None)


def match_texts(values: Values, pattern: re.Pattern[str]) -> tuple[Values, dict[int, str]]:
    """Return the values that match, trimmed to do so, and the others by row."""
    copied = list(values)
    others = {}
    for index in find_others(pattern, values):
        trimmed = FINER_DIGITS.sub("", values[index].strip())
        copied[index] = trimmed if pattern.fullmatch(trimmed) else ""
        if trimmed and not copied[index]:
            others[index] = trimmed
    return copied, others


def describe_instant(column: Column, text: str) -> Reason:
    """Say that a text is no time, or that its offset from UTC is missing."""
    if TIME_WITHOUT_OFFSET.fullmatch(text) and read_instants([text]).notna().all():
        return describe_value(column, text, "has no UTC offset, such as Z or +05:30")
    return describe_value(column, text, "is not a time")


def describe_date(column: Column, text: str) -> Reason:
    """Say that a text is no date."""
    return describe_value(column, text, "is not a date, such as 2026-01-31")


def describe_value(column: Column, text: str, fault: str) -> Reason:
    """Say what is wrong with a value, once in general and once with the value."""
    return Reason(f"{column.name} {fault}", f"{column.name} {quote_value(text)} {fault}")


def parse_literals(column: Column, values: Values) -> ParsedColumn:
    """Read numbers (judged as floats), booleans, JSON and lists, each distinct value once."""
    distinct = set(values)
    found: dict[str, str] = {}
    faults: dict[str, Reason] = {}
    for value in distinct:
        try:
            found[value] = read_literal(column, value)
        except ValueError as error:
            found[value] = column.default or ""
            faults[value] = describe_value(column, value.strip(), str(error))
    copied = [found[value] for value in values]
    problems = {}
    if faults:
        problems = {i: faults[value] for i, value in enumerate(values) if value in faults}
    is_number = column.type in ("numeric(10, 2)", "integer", "bigint")
    return ParsedColumn(
        copied, as_numbers(copied) if is_number else mark_presence(copied), problems
    )


def read_literal(column: Column, value: str) -> str:
    """Read one value; a blank one is the column's default. Raises ValueError with the fault."""
    trimmed = value.strip()
    return find_reader(column.type)(trimmed) if trimmed else column.default or ""


def as_objects(values: Values) -> "pd.Series[Any]":
    """Hold texts as they are, with None where there is none."""
    return pd.Series([value or None for value in values], dtype=object)


def mark_presence(values: Values) -> "pd.Series[float]":
    """Hold 1 where there is a value and null where there is none.

    All that is asked of such columns is whether they are filled, and Great Expectations hashes
    every frame it is given, texts ten times slower than numbers.
    """
    return pd.Series([1.0 if value else np.nan for value in values], dtype=float)


def as_numbers(values: Values) -> "pd.Series[float]":
    """Hold texts of numbers as floats, with NaN where there is none."""
    numbers = {value: float(value) if value else np.nan for value in set(values)}
    return pd.Series([numbers[value] for value in values], dtype=float)
