"""What the Dagster UI shows of a load and of the checks after it."""

from pathlib import Path

import dagster as dg
import pytest

from database.connect import Database
from orchestration.defs import resources
from orchestration.defs.ingest.assets import landed_key, landed_tables
from orchestration.defs.ingest.checks import build_table_checks
from tests.ingestion.bundles import build_level, build_rows, write_bundle

pytestmark = pytest.mark.slow


@pytest.fixture
def found(database: Database, monkeypatch: pytest.MonkeyPatch) -> resources.DatabaseResource:
    """The resource, leading to the test's database."""
    monkeypatch.setattr(resources, "find_database", lambda: database)
    return resources.DatabaseResource()


def test_reasons_warnings_and_sentences_are_shown(
    found: resources.DatabaseResource, tmp_path: Path
) -> None:
    rows = build_rows()
    rows["approval_levels"] += [
        build_level("l3", level_number=2),
        build_level("l4", tat_hours="0"),
    ]
    directory = write_bundle(tmp_path / "bundle", rows)
    config = {"ops": {"landed_tables": {"config": {"directory": str(directory)}}}}
    checks = build_table_checks("approval_levels")
    run = dg.materialize([landed_tables, checks], resources={"database": found}, run_config=config)
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
