"""The suites of Great Expectations."""

import os
import warnings
from collections.abc import Iterable
from functools import cache
from typing import Any

from psycopg import sql

from database.statements import load_statement
from ingestion.contract import find_table
from ingestion.expectations.expectation import Expectation
from ingestion.soft_rules import compose_breaches
from ingestion.tables import SoftRule, Table


@cache
def import_gx() -> Any:
    """Return the great_expectations module.

    Imported here and not above: it takes 4 to 9 seconds, which loading rows and listing
    expectations must not cost.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations
        import great_expectations.expectations
    return great_expectations


def open_context() -> Any:
    """Return a context that lives in memory: no files, no progress bars, nothing sent."""
    context = import_gx().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


def build_suite(table: str, expectations: Iterable[Expectation], *, schema: str) -> Any:
    """Build the Great Expectations suite of some expectations of a table.

    Each carries our name for it in `meta`. References are looked up in `schema`.
    """
    built = [build_expectation(expectation, schema) for expectation in expectations]
    return import_gx().ExpectationSuite(name=table, expectations=built)


def build_expectation(expectation: Expectation, schema: str) -> Any:
    """Build the form of an expectation that Great Expectations takes."""
    arguments = dict(expectation.arguments)
    if "rule" in arguments:
        arguments = {"unexpected_rows_query": write_rule_query(**arguments)}
    elif "parent" in arguments:
        arguments = {"unexpected_rows_query": write_parent_query(schema, **arguments)}
    build = getattr(import_gx().expectations, expectation.gx_class)
    return build(
        **arguments,
        description=expectation.sentence,
        meta={"name": expectation.name},
        severity=expectation.severity,
    )


def write_rule_query(table: Table, rule: SoftRule) -> str:
    """Write the query that lists the rows of a batch, which GX names, that break a soft rule."""
    return compose_breaches(table, rule, sql.SQL("select * from {batch}")).as_string()


def write_parent_query(schema: str, column: str, parent: str) -> str:
    """Write the query that lists rows whose parent is unknown."""
    statement = load_statement("ingestion.expectations", "find_unknown_parents")
    return (
        sql.SQL(statement)
        .format(
            child_column=sql.Identifier(column),
            parent_table=sql.Identifier(schema, parent),
            parent_key=sql.Identifier(find_table(parent).key),
        )
        .as_string()
    )


def refuse_unchecked(expectation: Expectation, result: Any) -> None:
    """Raise RuntimeError where an expectation raised instead of checking.

    GX reports such errors as it reports results, for some expectations one level down.
    """
    information = result.exception_info
    nested = [part for part in information.values() if isinstance(part, dict)]
    for part in [information, *nested]:
        if part.get("raised_exception"):
            raise RuntimeError(
                f"{expectation.name} can't be checked: {part.get('exception_message')}"
            )
