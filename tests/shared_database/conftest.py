"""A database that the app and the warehouse share."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from database.connect import Database, connect, connect_as_superuser
from tests.alerts.workflow import Engine, Workflow
from tests.shared_database.app import ROLE, App, create_app, lend_role


@pytest.fixture
def admin(database: Database) -> Iterator[psycopg.Connection]:
    """A superuser's connection, after the app's tables are there."""
    assert database.home is not None
    with connect_as_superuser(database.home, database.name) as connection:
        create_app(connection)
        lend_role(connection, database.user)
        yield connection


@pytest.fixture
def login(database: Database, admin: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """The product's own login, which may act for the owner of the app's tables."""
    with psycopg.connect(database.conninfo(), autocommit=True) as connection:
        yield connection


@pytest.fixture
def app(database: Database, admin: psycopg.Connection) -> Iterator[App]:
    """The app at work."""
    with psycopg.connect(database.conninfo(), autocommit=True) as connection:
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(ROLE)))
        yield App(connection)


@pytest.fixture
def workflow(connection: psycopg.Connection) -> Workflow:
    """Rows of the warehouse, as if they had been followed."""
    return Workflow(connection)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """The engine, on a connection of its own."""
    with connect(database, "tat_engine", autocommit=True) as connection:
        yield Engine(connection)


@pytest.fixture
def login_here(database: Database) -> Iterator[psycopg.Connection]:
    """A superuser's connection to a warehouse without an app of its own."""
    assert database.home is not None
    with connect_as_superuser(database.home, database.name) as connection:
        yield connection
