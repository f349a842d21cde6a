"""Reasons: why a row is kept out, worded once in general and once with the row's own value."""

from typing import NamedTuple

from ingestion.tables import Column, Table


class Reason(NamedTuple):
    """Why a row is kept out: the rule it breaks, and the same with the row's own value."""

    rule: str
    text: str


def describe_value(column: Column, text: str, fault: str) -> Reason:
    """Say what is wrong with a value."""
    return Reason(f"{column.name} {fault}", f"{column.name} {quote_value(text)} {fault}")


def describe_missing(column: Column) -> Reason:
    """Say that a row lacks a column."""
    return repeat_rule(f"{column.name} is missing")


def describe_duplicate(table: Table) -> Reason:
    """Say that a newer row of the same key is in the batch."""
    return repeat_rule(f"duplicate {table.key} in this batch")


def describe_overlap(table: Table) -> Reason:
    """Say that a row's stretch of time is covered by another of the same owner."""
    return repeat_rule(
        f"overlaps another of the same {table.period.owner if table.period else table.key}"
    )


def describe_unknown(column: Column, value: str) -> Reason:
    """Say that a row refers to something that has not arrived."""
    return describe_value(column, value, "is not known")


def repeat_rule(rule: str) -> Reason:
    """Word a reason whose rule says it all."""
    return Reason(rule, rule)


def quote_value(value: str, *, width: int = 60) -> str:
    """Show a source value in a message: in quotes, shortened past `width` characters."""
    shown = value if len(value) <= width else f"{value[:width]}..."
    return f"'{shown}'"
