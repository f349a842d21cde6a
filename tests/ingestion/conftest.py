"""What the tests of loading share."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from database.connect import Database, connect
from ingestion.load import LoadReport, load_bundle
from tests.ingestion.bundles import Rows, write_bundle

Load = Callable[..., LoadReport]


def read_one(connection: psycopg.Connection, query: str, *parameters: Any) -> Any:
    """The only value of a query."""
    row = connection.execute(query.encode(), parameters).fetchone()
    assert row is not None
    return row[0]


@pytest.fixture
def ingest(database: Database) -> Iterator[psycopg.Connection]:
    """A connection as the loader has it."""
    with connect(database, "tat_ingest", autocommit=True) as connection:
        yield connection


@pytest.fixture
def load(ingest: psycopg.Connection, tmp_path: Path) -> Load:
    """Write rows as a bundle of its own and load it."""
    count = 0

    def write_and_load(rows: Rows, file_format: str = "csv") -> LoadReport:
        nonlocal count
        count += 1
        return load_bundle(ingest, write_bundle(tmp_path / str(count), rows, file_format))

    return write_and_load
