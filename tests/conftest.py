"""What tests share: a real PostgreSQL, a migrated template database, and a copy for each test."""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import hypothesis
import psycopg
import pytest

from database.connect import Database, connect
from database.migrate import migrate_database
from database.server import EmbeddedServer
from database.server.files import hold_lock
from database.settings import Settings
from tests import templates
from tests.digests import CHECKOUT
from tests.run_folder import make_run_folder, remove_folder
from tests.templates import (
    Recipe,
    Template,
    borrow_copy,
    find_template,
    keep_templates,
    make_settings,
    start_server,
)

pytest_plugins = ["tests.distribution"]

# The same examples on every run: a failure is met by whoever caused it.
# `--hypothesis-profile=explore` looks for new ones.
hypothesis.settings.register_profile("repeatable", derandomize=True, print_blob=True)
hypothesis.settings.register_profile("explore", print_blob=True)
hypothesis.settings.load_profile("repeatable")

BUNDLE = CHECKOUT.parent / "shared" / "data" / "bpic2020_rfp"
# Dagster's definitions, which read the manifest when they are imported.
IMPORTS_DEFINITIONS = re.compile(r"^from orchestration\.defs\.", re.MULTILINE)
# What a migrated database is made of.
MIGRATED = (CHECKOUT / "database", Path(__file__), Path(templates.__file__))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give the run a folder of its own, and leave nothing behind, however the run ends."""
    # A run that is terminated ends as one that is interrupted.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Workers have the width of a terminal that they don't write to.
    os.environ.pop("COLUMNS", None)
    if hasattr(config, "workerinput"):
        return
    if config.option.basetemp is None:
        run = make_run_folder()
        config.option.basetemp = str(run.path / "temp")
        config.add_cleanup(run.remove)
    config.add_cleanup(partial(end_server, config))


def end_server(config: pytest.Config) -> None:
    """Leave the templates to the next run, and stop the server."""
    home, kept = find_shared_folder(config), find_kept_folder(config)
    try:
        if kept is not None:
            keep_templates(home, kept)
    finally:
        remove_folder(home)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> None:
    """Parse the dbt project for modules whose imports read its manifest."""
    if IMPORTS_DEFINITIONS.search(module_path.read_text(encoding="utf-8")):
        parse_project(parent.config)


def parse_project(config: pytest.Config) -> None:
    """Parse the dbt project where the manifest is missing or older than a file of it."""
    from orchestration.dagster_process import prepare_manifest

    shared = find_shared_folder(config)
    shared.mkdir(parents=True, exist_ok=True)
    with hold_lock(shared / "parse.lock"):
        prepare_manifest(os.environ)


def find_shared_folder(config: pytest.Config) -> Path:
    """The folder that all workers of the run share: home of the server and its templates."""
    own = Path(config.option.basetemp)
    base = own.parent if hasattr(config, "workerinput") else own
    return base.with_name(f"{base.name}-shared")


def find_kept_folder(config: pytest.Config) -> Path | None:
    """Where one run leaves templates to the next; `--cache-clear` empties it."""
    cache: pytest.Cache | None = getattr(config, "cache", None)
    return cache.mkdir("templates") if cache else None


@pytest.fixture(scope="session")
def isolated_environment() -> Iterator[pytest.MonkeyPatch]:
    """The environment without the TAT_ and PG variables of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("TAT_", "PG")):
                patch.delenv(name)
        yield patch


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
def server(pytestconfig: pytest.Config, isolated_environment: pytest.MonkeyPatch) -> EmbeddedServer:
    """The embedded PostgreSQL of the whole run, which all workers share."""
    return start_server(find_shared_folder(pytestconfig), find_kept_folder(pytestconfig))


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


def build_migrated(template: Template) -> None:
    """Bring an empty database to the current schema."""
    assert template.database.home is not None
    migrate_database(template.database, settings=make_settings(template.database.home))


@pytest.fixture(scope="session")
def template_database(server: EmbeddedServer) -> Database:
    """A migrated database that nobody can connect to: copy it."""
    return find_template(server.home, Recipe("migrated", MIGRATED, build_migrated)).database


@pytest.fixture
def settings(server: EmbeddedServer) -> Settings:
    """The default settings on the test server, independent of the machine's."""
    return make_settings(server.home)


@pytest.fixture
def database(template_database: Database) -> Iterator[Database]:
    """A fresh copy of the migrated database, dropped afterwards."""
    with borrow_copy(template_database, f"test_{uuid4().hex[:12]}") as copied:
        yield copied


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


@pytest.fixture(scope="session")
def parsed_project(pytestconfig: pytest.Config, isolated_environment: pytest.MonkeyPatch) -> None:
    """The dbt project, parsed where that is needed: Dagster's definitions read its manifest."""
    parse_project(pytestconfig)
