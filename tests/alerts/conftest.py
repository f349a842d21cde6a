"""The app's and the engine's side of one database."""

from collections.abc import Iterator

import psycopg
import pytest

from database.connect import Database, connect
from tests.alerts.workflow import Engine, Workflow


@pytest.fixture
def workflow(connection: psycopg.Connection) -> Workflow:
    """The approval app, with one approver."""
    return Workflow(connection)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """The engine, on a connection of its own."""
    with connect(database, "tat_engine", autocommit=True) as connection:
        yield Engine(connection)
