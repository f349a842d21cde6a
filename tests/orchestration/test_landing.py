"""The landed tables as Dagster runs them: with a bundle, without, and with one that is none."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg
import pytest

from orchestration.defs.failing import ExplainedError
from orchestration.defs.ingest.assets import BundleConfig, landed_key, landed_tables
from orchestration.defs.ingest.checks import build_table_checks
from orchestration.defs.resources import DatabaseResource
from tests.alerts.workflow import Workflow
from tests.ingestion.bundles import build_level, build_rows, build_user, write_bundle


def land(
    database: DatabaseResource, directory: Path | None, *, accept_bad: bool = False
) -> dict[str, Mapping[str, Any]]:
    """Run the asset; what it tells of each table."""
    config = BundleConfig(directory=str(directory) if directory else None, accept_bad=accept_bad)
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


def test_a_broken_source_fails_with_a_sentence_until_it_is_accepted(
    found_database: DatabaseResource, tmp_path: Path
) -> None:
    users = [build_user(f"user {number}", email="") for number in range(60)]
    write_bundle(tmp_path, {"users": [*users, build_user("ada")]})
    with pytest.raises(ExplainedError, match=r"^users: 60 of 61 rows \(98 %\) are bad"):
        land(found_database, tmp_path)
    told = land(found_database, tmp_path, accept_bad=True)
    assert (told["users"]["rows_inserted"], told["users"]["rows_quarantined"]) == (1, 60)


@pytest.mark.slow
def test_reasons_warnings_and_sentences_are_shown(
    found_database: DatabaseResource, tmp_path: Path
) -> None:
    rows = build_rows()
    rows["approval_levels"] += [
        build_level("l3", level_number=2),
        build_level("l4", tat_hours="0"),
    ]
    directory = write_bundle(tmp_path / "bundle", rows)
    config = {"ops": {"landed_tables": {"config": {"directory": str(directory)}}}}
    checks = build_table_checks("approval_levels")
    run = dg.materialize(
        [landed_tables, checks], resources={"database": found_database}, run_config=config
    )
    (levels,) = (
        event
        for event in run.get_asset_materialization_events()
        if event.asset_key == landed_key("approval_levels")
    )
    shown = levels.materialization.metadata
    assert shown["reasons"].value == "tat_hours is less than 0.01: 1"
    warning = shown["warnings"].value
    assert isinstance(warning, str)
    assert warning.startswith(
        "approval_levels: 2 of this load share their request_id and level_number"
    )
    found_of = {check.check_name: check for check in run.get_asset_check_evaluations()}
    assert found_of["level_numbers_are_unique"].description == (
        "No levels share their request_id and level_number with another level. "
        "Rows that break this: 2."
    )
    assert found_of["level_statuses_are_known"].description == (
        "status, where given, is one of PENDING, IN_PROGRESS, APPROVED, REJECTED, SKIPPED."
    )
