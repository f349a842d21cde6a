"""Which claims a table has, and their suites in Great Expectations."""

import os
import warnings
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from psycopg import sql

from database.statements import load_statement
from ingestion.contract import find_table
from ingestion.expectations import (
    activities,
    approval_levels,
    documents,
    holidays,
    level_pauses,
    participants,
    users,
    work_note_attachments,
    work_notes,
    workflow_requests,
)
from ingestion.expectations.claims import Claim

CLAIMS: dict[str, Callable[[], list[Claim]]] = {
    "users": users.list_claims,
    "workflow_requests": workflow_requests.list_claims,
    "approval_levels": approval_levels.list_claims,
    "participants": participants.list_claims,
    "work_notes": work_notes.list_claims,
    "work_note_attachments": work_note_attachments.list_claims,
    "documents": documents.list_claims,
    "activities": activities.list_claims,
    "holidays": holidays.list_claims,
    "level_pauses": level_pauses.list_claims,
}


def suite_names() -> list[str]:
    """Return the tables that have a suite, in load order."""
    return list(CLAIMS)


@cache
def expectations_for(table: str) -> tuple[Claim, ...]:
    """Return what must hold of a table; raises KeyError for a table without a suite."""
    return tuple(CLAIMS[table]())


@cache
def import_gx() -> Any:
    """Return the great_expectations module.

    Imported here and not above: it takes 4 to 9 seconds, which listing claims must not cost.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations
        import great_expectations.expectations
    return great_expectations


@cache
def open_context() -> Any:
    """Return a context that lives in memory: no files, no progress bars, nothing sent."""
    context = import_gx().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


def build_suite(table: str, claims: Iterable[Claim], *, schema: str = "workflow") -> Any:
    """Build the Great Expectations suite of some claims about a table.

    Each expectation carries its claim's name in `meta`. References are looked up in `schema`.
    """
    expectations = [build_expectation(claim, schema) for claim in claims]
    return import_gx().ExpectationSuite(name=table, expectations=expectations)


def build_expectation(claim: Claim, schema: str) -> Any:
    """Build the Great Expectations expectation of a claim."""
    arguments = dict(claim.arguments)
    if claim.expectation == "UnexpectedRowsExpectation":
        arguments = {"unexpected_rows_query": write_parent_query(schema, **arguments)}
    build = getattr(import_gx().expectations, claim.expectation)
    return build(**arguments, meta={"claim": claim.name}, severity=claim.severity)


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


def refuse_unjudged(claim: Claim, result: Any) -> None:
    """Raise RuntimeError where an expectation raised instead of judging.

    GX reports such errors as it reports results, for some expectations one level down.
    """
    information = result.exception_info
    nested = [part for part in information.values() if isinstance(part, dict)]
    for part in [information, *nested]:
        if part.get("raised_exception"):
            raise RuntimeError(f"{claim.name} can't be judged: {part.get('exception_message')}")
