"""Validating tables once they are loaded, for Dagster's asset checks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg.sql import Identifier
from sqlalchemy import make_url

from ingestion.expectations.expectation import Expectation, list_expectations
from ingestion.expectations.suites import build_suite, open_context, refuse_unchecked
from ingestion.reasons import quote_value
from ingestion.tables import Severity

SHOWN_VALUES = 20
SHOWN_IN_WORDS = 3


@dataclass(frozen=True)
class ExpectationOutcome:
    """How one expectation of a table fared, also as a sentence.

    `details` is plain JSON: examples and shares.
    """

    name: str
    sentence: str
    passed: bool
    severity: Severity
    unexpected_count: int
    details: dict[str, Any] = field(default_factory=dict)


def validate_table(connection_url: str, schema: str, table: str) -> list[ExpectationOutcome]:
    """Check every expectation of a loaded table, inside PostgreSQL; one outcome for each.

    `connection_url` is a postgresql:// address whose role may read the schema. Raises KeyError
    for a table that the contract does not have, ConnectionError when the table can't be reached,
    RuntimeError when an expectation can't be checked.
    """
    expectations = {expectation.name: expectation for expectation in list_expectations(table)}
    source = open_context().data_sources.add_postgres(
        "loaded", connection_string=name_schema(connection_url, schema)
    )
    try:
        asset = source.add_table_asset(table, table_name=table)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        suite = build_suite(table, expectations.values(), schema=schema)
        outcome = batch.validate(suite, result_format=describe_format())
        outcomes = (read_outcome(expectations, result) for result in outcome.results)
        found = {outcome.name: outcome for outcome in outcomes}
        return [found[name] for name in expectations]
    finally:
        source.get_engine().dispose()


def name_schema(connection_url: str, schema: str) -> str:
    """Return an address for SQLAlchemy whose sessions see the tables of one schema.

    GX takes a schema only this way; in what it is given a $ would begin a variable.
    """
    url = make_url(connection_url).set(drivername="postgresql+psycopg")
    path = f"-c search_path={Identifier(schema).as_string()}"
    options = f"{url.query.get('options', '')} {path}".strip()
    url = url.update_query_dict({"options": options})
    return url.render_as_string(hide_password=False).replace("$", "%24")


def describe_format() -> dict[str, Any]:
    """Ask for counts and a few examples, never for whole lists."""
    return {"result_format": "SUMMARY", "partial_unexpected_count": SHOWN_VALUES}


def read_outcome(expectations: dict[str, Expectation], result: Any) -> ExpectationOutcome:
    """Turn a result of Great Expectations into an outcome."""
    expectation = expectations[result.expectation_config.meta["name"]]
    refuse_unchecked(expectation, result)
    found = result.to_json_dict()["result"]
    count = int(found.get("unexpected_count", found.get("observed_value", 0)) or 0)
    return ExpectationOutcome(
        name=expectation.name,
        sentence=describe_outcome(expectation, count, found.get("partial_unexpected_list", ())),
        passed=bool(result.success),
        severity=expectation.severity,
        unexpected_count=count,
        details=found,
    )


def describe_outcome(expectation: Expectation, count: int, values: Sequence[Any]) -> str:
    """Say what must hold, and of how many rows it does not."""
    if not count:
        return expectation.sentence
    single = [str(value) for value in values if not isinstance(value, list | None)]
    shown = ", ".join(dict.fromkeys(map(quote_value, single[:SHOWN_IN_WORDS])))
    example = f", such as {shown}" if shown else ""
    return f"{expectation.sentence} Rows that break this: {count:,}{example}."
