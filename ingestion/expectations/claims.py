"""Claims: what must hold of a table, named so that people can read a list of them.

A claim is a Great Expectations expectation without the import of Great Expectations, which
takes seconds: claims are listed whenever Dagster loads its definitions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ingestion.contract import Column, Table
from ingestion.rows import Reason, quote_value

# How bad it is when a landed table breaks the claim.
Severity = Literal["critical", "warning"]


@dataclass(frozen=True)
class Claim:
    """One expectation: its name, the class and arguments in GX, and how to word a breach.

    Where `keeps_out` is set, a row that breaks it does not land.
    """

    name: str
    expectation: str
    arguments: Mapping[str, Any]
    columns: tuple[str, ...]
    describe: Callable[[Any], Reason]
    severity: Severity = "critical"
    keeps_out: bool = False


def require_presence(name: str, column: str) -> Claim:
    """Claim that a column is filled in every row."""
    reason = describe_missing(column)
    return Claim(
        name,
        "ExpectColumnValuesToNotBeNull",
        {"column": column},
        (column,),
        lambda _: reason,
        keeps_out=True,
    )


def describe_missing(column: str) -> Reason:
    """Say that a row lacks a column."""
    return Reason(f"{column} is missing", f"{column} is missing")


def require_known_values(name: str, column: Column) -> Claim:
    """Claim that a column holds nothing but the values of the contract."""
    fault = f"is not one of {', '.join(column.values)}"

    def describe(value: Any) -> Reason:
        return Reason(f"{column.name} {fault}", f"{column.name} {quote_value(str(value))} {fault}")

    arguments = {"column": column.name, "value_set": list(column.values)}
    columns = (column.name,)
    return Claim(name, "ExpectColumnValuesToBeInSet", arguments, columns, describe, keeps_out=True)


def forbid_negative(name: str, column: str) -> Claim:
    """Claim that a number is zero or more."""
    reason = Reason(f"{column} is negative", f"{column} is negative")
    arguments = {"column": column, "min_value": 0}
    return Claim(
        name,
        "ExpectColumnValuesToBeBetween",
        arguments,
        (column,),
        lambda _: reason,
        keeps_out=True,
    )


def require_order(
    name: str,
    earlier: str,
    later: str,
    *,
    severity: Severity = "critical",
    keeps_out: bool = True,
) -> Claim:
    """Claim that one time is not before another, where a row has both."""
    reason = Reason(f"{later} is before {earlier}", f"{later} is before {earlier}")
    arguments = {
        "column_A": later,
        "column_B": earlier,
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    }
    return Claim(
        name,
        "ExpectColumnPairValuesAToBeGreaterThanB",
        arguments,
        (later, earlier),
        lambda _: reason,
        severity,
        keeps_out,
    )


def require_newer_update(name: str) -> Claim:
    """Claim, as a warning, that rows are not older than their creation."""
    return require_order(name, "created_at", "updated_at", severity="warning", keeps_out=False)


def require_unique_key(name: str, table: Table) -> Claim:
    """Claim that no key occurs twice. Before landing, duplicates are found batch by batch."""
    reason = describe_duplicate(table)
    arguments = {"column": table.key}
    return Claim(
        name,
        "ExpectColumnValuesToBeUnique",
        arguments,
        (table.key,),
        lambda _: reason,
    )


def describe_duplicate(table: Table) -> Reason:
    """Say that a newer row of the same key is in the batch."""
    reason = f"duplicate {table.key} in this batch"
    return Reason(reason, reason)


def describe_overlap(table: Table) -> Reason:
    """Say that a row's stretch of time is covered by another of the same owner."""
    owner = table.period.owner if table.period else table.key
    reason = f"overlaps another of the same {owner}"
    return Reason(reason, reason)


def require_unique_pair(name: str, first: str, second: str) -> Claim:
    """Claim, as a warning, that no two rows share both values."""
    reason = Reason(f"{first} and {second} occur twice", f"{first} and {second} occur twice")
    arguments = {"column_list": [first, second]}
    return Claim(
        name,
        "ExpectCompoundColumnsToBeUnique",
        arguments,
        (first, second),
        lambda _: reason,
        "warning",
    )


def require_known_parent(name: str, column: Column) -> Claim:
    """Claim that the parent a column refers to is in the database."""

    def describe(value: Any) -> Reason:
        return describe_unknown(column.name, str(value))

    return Claim(
        name,
        "UnexpectedRowsExpectation",
        {"column": column.name, "parent": column.parent},
        (column.name,),
        describe,
        "critical" if column.must_exist else "warning",
    )


def describe_unknown(column: str, value: str) -> Reason:
    """Say that a row refers to something that has not arrived."""
    fault = "is not known"
    return Reason(f"{column} {fault}", f"{column} {quote_value(value)} {fault}")
