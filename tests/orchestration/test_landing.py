"""The landed tables as Dagster runs them: with a bundle, without, and with one that is none."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg
import pytest

from ingestion.expectations import ExpectationOutcome
from orchestration.defs.failing import ExplainedError
from orchestration.defs.ingest.assets import BundleConfig, landed_tables
from orchestration.defs.ingest.checks import describe_outcome, report_outcome
from orchestration.defs.resources import DatabaseResource
from tests.alerts.workflow import Workflow
from tests.ingestion.bundles import build_rows, write_bundle


def land(database: DatabaseResource, directory: Path | None) -> dict[str, Mapping[str, Any]]:
    """Run the asset; what it tells of each table."""
    config = BundleConfig(directory=str(directory) if directory else None)
    results = landed_tables(dg.build_asset_context(), config=config, database=database)
    assert isinstance(results, Iterator)
    return {result.asset_key.path[-1]: result.metadata for result in results}


def test_a_bundle_is_loaded(found_database: DatabaseResource, tmp_path: Path) -> None:
    rows = build_rows()
    write_bundle(tmp_path, rows)
    told = land(found_database, tmp_path)
    assert {table: found["rows_inserted"] for table, found in told.items()} == {
        table: len(rows[table]) for table in told
    }
    assert all(len(rows[table]) == told[table]["dagster/row_count"] for table in told)


def test_without_a_bundle_what_is_there_is_processed(
    found_database: DatabaseResource, crossed_level: tuple[Workflow, datetime]
) -> None:
    workflow, _ = crossed_level
    told = land(found_database, None)
    assert told["approval_levels"] == {"dagster/row_count": 1}
    assert len(workflow.fetch_all("select 1 from tat.tat_alerts")) == 1


def test_a_folder_that_is_none_fails_with_a_sentence(
    found_database: DatabaseResource, connection: psycopg.Connection, tmp_path: Path
) -> None:
    with pytest.raises(ExplainedError, match=r"^\S+ is not a folder\. Give the folder"):
        land(found_database, tmp_path / "missing")


@pytest.mark.parametrize(
    ("count", "details", "sentence"),
    [
        (0, {"element_count": 5721}, "Rows that break this: 0 of 5,721."),
        (2, {"observed_value": 2}, "Rows that break this: 2."),
        (
            1,
            {"element_count": 9, "partial_unexpected_list": [None]},
            "Rows that break this: 1 of 9.",
        ),
        (
            5,
            {"element_count": 9, "partial_unexpected_list": ["DONE", "DONE", "a", "b", "c"]},
            "Rows that break this: 5 of 9, for instance DONE, a, b.",
        ),
    ],
)
def test_a_check_says_what_it_found(count: int, details: dict[str, object], sentence: str) -> None:
    outcome = ExpectationOutcome("known", count == 0, "critical", count, details)
    assert describe_outcome(outcome) == sentence
    assert report_outcome("users", outcome).description == sentence
