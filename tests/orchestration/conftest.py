"""Dagster's definitions, loaded once, and the sensor's database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from database.connect import Database, connect
from orchestration.defs import resources
from tests.alerts.conftest import workflow
from tests.alerts.workflow import Workflow

__all__ = ["workflow"]


@pytest.fixture(scope="session")
def definitions(parsed_project: None) -> dg.Definitions:
    """Everything that Dagster loads."""
    from orchestration.definitions import defs

    loaded = defs()
    assert isinstance(loaded, dg.Definitions)
    return loaded


@pytest.fixture
def found_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> resources.DatabaseResource:
    """The resource, leading to the test's database."""
    monkeypatch.setattr(resources, "find_database", lambda: database)
    return resources.DatabaseResource()


@pytest.fixture
def crossed_level(database: Database) -> Iterator[tuple[Workflow, datetime]]:
    """An EXPRESS level of 2 h that crossed its TAT_50 ten seconds ago."""
    crossing = datetime.now(UTC) - timedelta(seconds=10)
    with connect(database, "tat_owner", autocommit=True) as owner:
        workflow = Workflow(owner)
        workflow.add_level(
            priority="EXPRESS", tat_hours=2, started_at=crossing - timedelta(hours=1)
        )
        yield workflow, crossing
