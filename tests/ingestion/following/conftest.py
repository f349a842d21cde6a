"""An app's database and a warehouse that follows it."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from database.connect import Database, connect
from tests.ingestion.following.app import App, Follower, build_app
from tests.templates import borrow_copy


@pytest.fixture
def app(template_database: Database) -> Iterator[App]:
    """The app's database, empty."""
    with (
        borrow_copy(template_database, f"app_{uuid4().hex[:12]}") as copied,
        build_app(copied) as app,
    ):
        yield app


@pytest.fixture
def warehouse(database: Database) -> Iterator[psycopg.Connection]:
    """The warehouse as a follower has it."""
    with connect(database, "tat_ingest", autocommit=True) as connection:
        yield connection


@pytest.fixture
def follower(warehouse: psycopg.Connection, app: App) -> Follower:
    """Follows the app."""
    return Follower(warehouse, app)
