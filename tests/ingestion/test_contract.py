"""The contract in Python, the tables in the database and the expectations say the same."""

from collections import Counter

import psycopg
import pytest

from ingestion.contract import TABLES, find_table
from ingestion.expectations import list_expectations
from ingestion.tables import Column, Table

EVERY_TABLE = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
SHORT_TYPES = {
    "timestamp with time zone": "timestamptz",
    "numeric(10,2)": "numeric(10, 2)",
}


def read_columns(connection: psycopg.Connection, table: Table) -> dict[str, tuple[str, bool]]:
    """Type and whether null is refused, by column of the table in the database."""
    rows = connection.execute(
        "select attname, format_type(atttypid, atttypmod), attnotnull from pg_attribute "
        "where attrelid = %s::regclass and attnum > 0 and not attisdropped",
        (f"workflow.{table.name}",),
    )
    return {
        name: (SHORT_TYPES.get(str(type_), str(type_)), bool(not_null))
        for name, type_, not_null in rows
    }


@EVERY_TABLE
def test_columns_are_those_of_the_database(connection: psycopg.Connection, table: Table) -> None:
    found = read_columns(connection, table)
    assert {column.name: column.type for column in table.columns} == {
        name: type_ for name, (type_, _) in found.items()
    }
    refused = {name for name, (_, not_null) in found.items() if not_null}
    filled = {column.name for column in table.columns if column.is_required or column.default}
    assert refused <= filled


@EVERY_TABLE
def test_keys_references_and_values_are_those_of_the_database(
    connection: psycopg.Connection, table: Table
) -> None:
    rows = connection.execute(
        "select contype::text, pg_get_constraintdef(oid) from pg_constraint "
        "where conrelid = %s::regclass",
        (f"workflow.{table.name}",),
    ).fetchall()
    definitions = {kind: [text for other, text in rows if other == kind] for kind in "pfc"}
    assert definitions["p"] == [f"PRIMARY KEY ({table.key})"]
    references = {text.replace("workflow.", "") for text in definitions["f"]}
    assert references == {describe_reference(column) for column in table.parents}
    for column in table.columns:
        for value in column.values:
            assert any(f"'{value}'" in text for text in definitions["c"]), (column.name, value)


def describe_reference(column: Column) -> str:
    """A foreign key as PostgreSQL writes it."""
    assert column.parent is not None
    parent = find_table(column.parent)
    return f"FOREIGN KEY ({column.name}) REFERENCES {parent.name}({parent.key})"


def test_parents_load_before_their_children() -> None:
    names = [table.name for table in TABLES]
    for table in TABLES:
        for column in table.parents:
            assert column.parent is not None
            assert names.index(column.parent) < names.index(table.name)


@EVERY_TABLE
def test_each_rule_of_the_contract_is_expected_once(table: Table) -> None:
    counted = Counter(
        (expectation.gx_class, expectation.columns) for expectation in list_expectations(table.name)
    )
    expected: set[tuple[str, tuple[str, ...]]] = {("ExpectColumnValuesToBeUnique", (table.key,))}
    for column in table.columns:
        if column.is_required:
            expected.add(("ExpectColumnValuesToNotBeNull", (column.name,)))
        if column.values:
            expected.add(("ExpectColumnValuesToBeInSet", (column.name,)))
        if column.parent:
            expected.add(("UnexpectedRowsExpectation", (column.name,)))
        if column.type in ("numeric(10, 2)", "integer", "bigint"):
            expected.add(("ExpectColumnValuesToBeBetween", (column.name,)))
    for order in table.orders:
        expected.add(("ExpectColumnPairValuesAToBeGreaterThanB", (order.later, order.earlier)))
    for rule in table.soft_rules:
        expected.add(("UnexpectedRowsExpectation", (table.key, *rule.reads)))
    assert counted == dict.fromkeys(expected, 1)


def test_expectations_are_named_apart_and_in_words() -> None:
    names = [expectation.name for table in TABLES for expectation in list_expectations(table.name)]
    assert len(names) == len(set(names))
    assert all(name.replace("_", "").isalpha() and name == name.lower() for name in names)
    assert {"level_tat_hours_are_present", "request_priorities_are_known"} <= set(names)


def test_an_unknown_table_or_column_is_named() -> None:
    with pytest.raises(KeyError, match="no table invoices"):
        find_table("invoices")
    with pytest.raises(KeyError, match="users has no column age"):
        find_table("users").column("age")
