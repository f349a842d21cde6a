"""An office on a database of its own."""

from pathlib import Path

import pytest

from database.connect import Database
from database.settings import Settings
from tests.alerts.conftest import engine, workflow
from tests.alerts.workflow import Engine, Workflow
from tests.delivery.office import Office

__all__ = ["engine", "workflow"]


@pytest.fixture
def office(
    workflow: Workflow,
    engine: Engine,
    database: Database,
    isolated_environment: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Office:
    """People, levels, a tick and delivery; mail goes into a folder of the test."""
    return Office(workflow, engine, database, Settings(home=tmp_path))
