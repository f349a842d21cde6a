"""Expectations: what must hold of a table, derived from the contract.

Each says how to check the rows of a chunk before they are loaded, and which expectation of Great
Expectations checks the loaded table. Great Expectations itself takes seconds to import, so
nothing here imports it: expectations are listed whenever Dagster loads its definitions.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from ingestion.contract import find_table
from ingestion.reasons import Reason, describe_missing, describe_value, repeat_rule
from ingestion.tables import Column, Order, Severity, SoftRule, Table

# The columns of a chunk: texts as PostgreSQL takes them, by row; "" is no value.
Texts = Mapping[str, list[str]]
# Returns why rows of a chunk break an expectation, by row.
Check = Callable[[Texts], dict[int, Reason]]


@dataclass(frozen=True)
class Expectation:
    """One thing that must hold: its name, a sentence, its class and arguments in GX.

    `check_rows` finds the rows of a chunk that break it, which are rejected; there is none where
    only a loaded table is checked.
    """

    name: str
    sentence: str
    gx_class: str
    arguments: Mapping[str, Any]
    columns: tuple[str, ...]
    severity: Severity = "critical"
    check_rows: Check | None = None


@cache
def list_expectations(table_name: str) -> tuple[Expectation, ...]:
    """Return what must hold of a table; raises KeyError when the contract has none of the name."""
    table = find_table(table_name)
    of_columns = (
        expectation for column in table.columns for expectation in expect_of_column(table, column)
    )
    soft = (expect_soft_rule(table, rule) for rule in table.soft_rules)
    return (*of_columns, *map(expect_order, table.orders), *soft)


def expect_of_column(table: Table, column: Column) -> Iterator[Expectation]:
    """Yield what must hold of one column."""
    label = f"{table.noun}_{column.plural}"
    if column.is_required:
        yield expect_presence(label, column)
    if column.name == table.key:
        yield expect_unique_key(label, table)
    if column.parent:
        yield expect_known_parent(label, column)
    if column.values:
        yield expect_known_values(label, column)
    if column.is_number:
        yield expect_least(label, column)


def expect_presence(label: str, column: Column) -> Expectation:
    """Expect that a column is filled in every row."""
    reason = describe_missing(column)

    def check(texts: Texts) -> dict[int, Reason]:
        values = texts[column.name]
        if "" not in values:
            return {}
        return {index: reason for index, value in enumerate(values) if not value}

    return Expectation(
        f"{label}_are_present",
        f"Every row has a value in {column.name}.",
        "ExpectColumnValuesToNotBeNull",
        {"column": column.name},
        (column.name,),
        check_rows=check,
    )


def expect_known_values(label: str, column: Column) -> Expectation:
    """Expect that a column holds nothing but the values of the contract."""
    fault = f"is not one of {', '.join(column.values)}"

    def check(texts: Texts) -> dict[int, Reason]:
        values = texts[column.name]
        unknown = set(values).difference(column.values, [""])
        reasons = {value: describe_value(column, value, fault) for value in unknown}
        return find_values(values, reasons)

    return Expectation(
        f"{label}_are_known",
        f"{column.name}, where given, is one of {', '.join(column.values)}.",
        "ExpectColumnValuesToBeInSet",
        {"column": column.name, "value_set": list(column.values)},
        (column.name,),
        check_rows=check,
    )


def expect_least(label: str, column: Column) -> Expectation:
    """Expect that a number is at least as large as the contract says."""
    least = column.at_least
    negative = repeat_rule(f"{column.name} is negative")

    def describe(value: str) -> Reason:
        if float(value) < 0:
            return negative
        return describe_value(column, value, f"is less than {least}")

    def check(texts: Texts) -> dict[int, Reason]:
        values = texts[column.name]
        small = {value for value in set(values) if value and Decimal(value) < least}
        return find_values(values, {value: describe(value) for value in small})

    return Expectation(
        f"{label}_are_positive" if least else f"{label}_are_not_negative",
        f"{column.name}, where given, is {least} or more.",
        "ExpectColumnValuesToBeBetween",
        {"column": column.name, "min_value": float(least)},
        (column.name,),
        check_rows=check,
    )


def find_values(values: list[str], reasons: Mapping[str, Reason]) -> dict[int, Reason]:
    """Return the rows that hold one of the values that `reasons` name."""
    if not reasons:
        return {}
    return {index: reasons[value] for index, value in enumerate(values) if value in reasons}


def expect_order(order: Order) -> Expectation:
    """Expect that one time is not before another, where a row has both."""
    reason = repeat_rule(f"{order.later} is before {order.earlier}")

    def check(texts: Texts) -> dict[int, Reason]:
        pairs = zip(texts[order.earlier], texts[order.later], strict=True)
        return {
            index: reason
            for index, (earlier, later) in enumerate(pairs)
            if earlier and later and datetime.fromisoformat(later) < datetime.fromisoformat(earlier)
        }

    return Expectation(
        order.name,
        f"{order.later} is not before {order.earlier}, where a row has both.",
        "ExpectColumnPairValuesAToBeGreaterThanB",
        {
            "column_A": order.later,
            "column_B": order.earlier,
            "or_equal": True,
            "ignore_row_if": "either_value_is_missing",
        },
        (order.later, order.earlier),
        order.severity,
        check if order.rejects else None,
    )


def expect_unique_key(label: str, table: Table) -> Expectation:
    """Expect that no key occurs twice. Before the load, duplicates are found batch by batch."""
    return Expectation(
        f"{label}_are_unique",
        f"No two rows share a {table.key}.",
        "ExpectColumnValuesToBeUnique",
        {"column": table.key},
        (table.key,),
    )


def expect_soft_rule(table: Table, rule: SoftRule) -> Expectation:
    """Expect, as a warning, that no row breaks a soft rule. A load counts those of its own."""
    return Expectation(
        rule.name,
        f"No {table.noun}s {rule.fault}.",
        "UnexpectedRowsExpectation",
        {"table": table, "rule": rule},
        (table.key, *rule.reads),
        "warning",
    )


def expect_known_parent(label: str, column: Column) -> Expectation:
    """Expect that the parent a column refers to is in the database."""
    return Expectation(
        f"{label}_are_known",
        f"{column.name}, where given, is in {column.parent}.",
        "UnexpectedRowsExpectation",
        {"column": column.name, "parent": column.parent},
        (column.name,),
        "critical" if column.must_exist else "warning",
    )
