"""Typing text: a column's values as COPY takes them, and what is wrong with the others."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ingestion.keys import UUID_TEXT, map_key
from ingestion.literals import find_reader
from ingestion.reasons import Reason, describe_value
from ingestion.tables import Column, DateSpan, Table

# Texts by row; "" is no value.
Values = list[str]

# What both PostgreSQL and Python read; anything looser might stop a COPY half-way.
DAY = r"(?!0000)\d{4}-\d{2}-\d{2}"
HOUR = r"[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
DATE = re.compile(DAY, re.ASCII)
TIME = re.compile(rf"{DAY}{HOUR}(Z|[+-](0\d|1[0-5])(:?[0-5]\d)?)", re.ASCII)
TIME_WITHOUT_OFFSET = re.compile(rf"{DAY}({HOUR})?", re.ASCII)
# What databases and applications write for an end that is not known.
NO_END = re.compile(r"9999-12-31|infinity$", re.IGNORECASE)
# What lies beyond the microseconds that a clock keeps.
FINER_DIGITS = re.compile(r"(?<=\.\d{6})\d{1,3}", re.ASCII)


SAMPLED_VALUES = 1_000


class Form(NamedTuple):
    """How a value is written, and a whole column of such values or none, one on each line."""

    value: re.Pattern[str]
    lines: re.Pattern[str]

    @classmethod
    def of(cls, value: re.Pattern[str]) -> "Form":
        """Return the form of a value and of lines of it."""
        return cls(value, re.compile(rf"(?:(?:{value.pattern})?\n)*+", value.flags))

    def fits_all(self, values: Values) -> bool:
        """Whether every value has the form or is none: a third of the time of one by one."""
        text = "\n".join(values) + "\n"
        return text.count("\n") == len(values) and self.lines.fullmatch(text) is not None


KEY_FORM = Form.of(UUID_TEXT)
DATE_FORM = Form.of(DATE)
TIME_FORM = Form.of(TIME)


class ParsedColumn(NamedTuple):
    """A column's values as PostgreSQL takes them, "" where there is none, and what is wrong.

    `rounded` numbers have more decimals than the column keeps.
    """

    texts: Values
    problems: dict[int, Reason]
    mapped_keys: int = 0
    rounded: int = 0


def parse_column(table: Table, column: Column, values: Values, span: DateSpan) -> ParsedColumn:
    """Parse the values of one column of a chunk by its type in the contract."""
    if column.type == "uuid":
        return parse_keys(column.parent or table.name, values)
    if column.type == "text":
        return parse_texts(column, values)
    if column.type in ("timestamptz", "date"):
        return parse_times(column, values, span)
    return parse_literals(column, values, span)


def parse_keys(owner: str, values: Values) -> ParsedColumn:
    """Keep UUIDs; map other systems' keys to UUIDs in the namespace of the table that owns them."""
    copied = list(values)
    mapped = 0
    for index in find_others(KEY_FORM, values):
        trimmed = values[index].strip()
        copied[index] = str(map_key(owner, trimmed)) if trimmed else ""
        mapped += UUID_TEXT.fullmatch(trimmed) is None and trimmed != ""
    return ParsedColumn(copied, {}, mapped)


def find_others(form: Form, values: Values) -> list[int]:
    """Return the rows that have a value which is not of the form."""
    if are_varied(values) and form.fits_all(values):
        return []
    others = {value for value in set(values) if value and not form.value.fullmatch(value)}
    return [index for index, value in enumerate(values) if value in others] if others else []


def are_varied(values: Values) -> bool:
    """Whether the first values seldom repeat; each distinct one is matched alone where they do."""
    sample = values[:SAMPLED_VALUES]
    return len(set(sample)) * 2 > len(sample)


def parse_texts(column: Column, values: Values) -> ParsedColumn:
    """Keep texts, names without blanks around; blank is missing; refuse what can't be stored."""
    copied = values
    if column.is_trimmed:
        copied = list(map(str.strip, values))
    elif any(map(str.isspace, values)):
        copied = ["" if value.isspace() else value for value in values]
    problems: dict[int, Reason] = {}
    if not is_storable("".join(copied)):
        reason = f"{column.name} holds characters that are not text"
        faulty = [index for index, value in enumerate(copied) if not is_storable(value)]
        problems = dict.fromkeys(faulty, Reason(reason, reason))
        copied = ["" if index in problems else value for index, value in enumerate(copied)]
    return ParsedColumn(copied, problems)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold a text: no NUL, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def parse_times(column: Column, values: Values, span: DateSpan) -> ParsedColumn:
    """Read ISO 8601 instants, whose offset is required, or dates.

    What other systems write for "no end" is no value where a value may be missing.
    """
    is_instant = column.type == "timestamptz"
    describe = describe_instant if is_instant else describe_date
    copied, unread = match_texts(values, TIME_FORM if is_instant else DATE_FORM)
    problems = {index: describe(column, text) for index, text in unread.items()}
    odd_days = {day for day in {text[:10] for text in copied} if day and not span.holds(day)}
    if odd_days:
        for index, text in enumerate(copied):
            if text[:10] in odd_days:
                outside = describe_outside(column, text, span)
                problems[index] = outside if is_day(text[:10]) else describe(column, text)
                copied[index] = ""
    if problems and not column.is_required:
        problems = {
            index: reason
            for index, reason in problems.items()
            if not NO_END.match(values[index].strip())
        }
    return ParsedColumn(copied, problems)


def describe_outside(column: Column, text: str, span: DateSpan) -> Reason:
    """Say that a time lies where no real one does."""
    return describe_value(column, text, f"lies outside {span.earliest} to {span.latest}")


def is_day(text: str) -> bool:
    """Whether the calendar has a day, such as 2026-01-31."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def match_texts(values: Values, form: Form) -> tuple[Values, dict[int, str]]:
    """Return the values that match, trimmed to do so, and the others by row."""
    copied = list(values)
    others = {}
    for index in find_others(form, values):
        trimmed = FINER_DIGITS.sub("", values[index].strip())
        copied[index] = trimmed if form.value.fullmatch(trimmed) else ""
        if trimmed and not copied[index]:
            others[index] = trimmed
    return copied, others


def describe_instant(column: Column, text: str) -> Reason:
    """Say that a text is no time, or that its offset from UTC is missing."""
    if TIME_WITHOUT_OFFSET.fullmatch(text) and is_day(text[:10]):
        return describe_value(column, text, "has no UTC offset, such as Z or +05:30")
    return describe_value(column, text, "is not a time")


def describe_date(column: Column, text: str) -> Reason:
    """Say that a text is no date."""
    return describe_value(column, text, "is not a date, such as 2026-01-31")


def parse_literals(column: Column, values: Values, span: DateSpan) -> ParsedColumn:
    """Read numbers, booleans, JSON and lists, each distinct value once."""
    distinct = set(values)
    found: dict[str, str] = {}
    faults: dict[str, Reason] = {}
    for value in distinct:
        try:
            found[value] = read_literal(column, value, span)
        except ValueError as error:
            found[value] = column.default or ""
            faults[value] = describe_value(column, value.strip(), str(error))
    copied = [found[value] for value in values]
    problems = {}
    if faults:
        problems = {i: faults[value] for i, value in enumerate(values) if value in faults}
    return ParsedColumn(copied, problems, rounded=count_rounded(column, values, found))


def count_rounded(column: Column, values: Values, found: Mapping[str, str]) -> int:
    """Count the numbers that PostgreSQL will round to hundredths."""
    if column.type != "numeric(10, 2)":
        return 0
    finer = {
        value for value, text in found.items() if text and Decimal(text) != round(Decimal(text), 2)
    }
    return sum(value in finer for value in values) if finer else 0


def read_literal(column: Column, value: str, span: DateSpan) -> str:
    """Read one value; a blank one is the column's default. Raises ValueError with the fault."""
    trimmed = value.strip()
    if not trimmed:
        return column.default or ""
    text = find_reader(column.type)(trimmed)
    if column.is_tat and Decimal(text) > span.most_hours:
        raise ValueError(f"is more than {span.most_hours:,} hours, the longest TAT")
    return text
