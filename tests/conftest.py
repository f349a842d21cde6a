"""What tests share: a real PostgreSQL, a migrated template database, and a copy for each test."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from psycopg import sql

from database.connect import (
    Database,
    connect,
    connect_as_superuser,
    open_database,
    prepare_database,
)
from database.migrate import migrate_database
from database.server import EmbeddedServer
from database.settings import Settings
from orchestration.dagster_process import prepare_manifest

# The same examples on every run: a failure is met by whoever caused it.
# `--hypothesis-profile=explore` looks for new ones.
hypothesis.settings.register_profile("repeatable", derandomize=True, print_blob=True)
hypothesis.settings.register_profile("explore", print_blob=True)
hypothesis.settings.load_profile("repeatable")

BUNDLE = Path(__file__).parents[2] / "shared" / "data" / "bpic2020_rfp"
TEMPLATE = "turnaround_template"


def pytest_configure() -> None:
    """Let a run that is terminated stop its servers, as one that is interrupted does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_sessionstart() -> None:
    """Parse the dbt project where needed: Dagster's definitions read it when they are imported."""
    prepare_manifest(os.environ)


@pytest.fixture(scope="session")
def isolated_environment() -> Iterator[pytest.MonkeyPatch]:
    """The environment without the TAT_ and PG variables of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("TAT_", "PG")):
                patch.delenv(name)
        yield patch


def make_settings(home: Path) -> Settings:
    """The defaults, with a home of the test's own and without anybody's `.env`."""
    return Settings(_env_file=None, home=home)  # type: ignore[call-arg]


@contextmanager
def borrow_server(home: Path) -> Iterator[EmbeddedServer]:
    """A server that is stopped and removed in the end: each one takes some 50 MB."""
    embedded = EmbeddedServer(home, durable=False)
    try:
        yield embedded
    finally:
        embedded.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory, isolated_environment: pytest.MonkeyPatch
) -> Iterator[EmbeddedServer]:
    """An embedded PostgreSQL for the whole session, stopped at its end whatever happens."""
    with borrow_server(tmp_path_factory.mktemp("home")) as embedded:
        embedded.ensure_running()
        yield embedded


@pytest.fixture(scope="session")
def empty_home(
    tmp_path_factory: pytest.TempPathFactory, isolated_environment: pytest.MonkeyPatch
) -> Iterator[Path]:
    """The home of a new server that does not run: copy it, don't start it."""
    with borrow_server(tmp_path_factory.mktemp("empty")) as embedded:
        embedded.ensure_running()
        embedded.stop()
        embedded.files.port.unlink()
        yield embedded.home


@pytest.fixture
def own_server(empty_home: Path, tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A new server that the test may start, kill and break; not running yet."""
    with borrow_server(shutil.copytree(empty_home, tmp_path / "home")) as embedded:
        yield embedded


@pytest.fixture(scope="session")
def template_database(server: EmbeddedServer) -> Database:
    """A migrated database that nobody is connected to: copy it, don't change it."""
    settings = make_settings(server.home)
    database = open_database(settings, TEMPLATE)
    migrate_database(database, settings=settings)
    return database


@pytest.fixture
def settings(server: EmbeddedServer) -> Settings:
    """The default settings on the test server, independent of the machine's."""
    return make_settings(server.home)


@pytest.fixture
def database(template_database: Database, server: EmbeddedServer) -> Iterator[Database]:
    """A fresh copy of the migrated database, dropped afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    copy = sql.SQL("create database {} template {} owner tat_owner")
    drop = sql.SQL("drop database if exists {} with (force)")
    with connect_as_superuser(server.home) as admin:
        admin.execute(copy.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
    try:
        copied = replace(template_database, name=name)
        # What is set on a database itself, such as its search path, is not copied.
        prepare_database(copied)
        yield copied
    finally:
        with connect_as_superuser(server.home) as admin:
            admin.execute(drop.format(sql.Identifier(name)))


@pytest.fixture
def connection(database: Database) -> Iterator[psycopg.Connection]:
    """A connection to the test's database as tat_owner, every statement its own transaction."""
    with connect(database, "tat_owner", autocommit=True) as owner:
        yield owner


@pytest.fixture(scope="session")
def bundle_dir() -> Path:
    """The public event log as a bundle, kept beside the checkout."""
    if not BUNDLE.is_dir():
        pytest.skip(f"the bundle {BUNDLE.name} is not beside the checkout")
    return BUNDLE
