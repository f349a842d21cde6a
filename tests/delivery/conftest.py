"""An office on a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from database.connect import Database
from database.settings import Settings
from tests.alerts.conftest import engine, workflow
from tests.alerts.workflow import Engine, Workflow
from tests.delivery.office import Office
from tests.delivery.servers import SECRET, Receiver, run_receiver

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


@pytest.fixture
def receiver(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A system that the channel `hook` calls."""
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    with run_receiver(Receiver()) as receiver:
        office.set_channel("hook", kind="webhook", url=receiver.url, is_private_allowed=True)
        office.set_channel("hook", keeps_quiet_hours=False)
        office.use_channels("hook")
        yield receiver
