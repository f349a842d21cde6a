"""The database and dbt, as resources."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from importlib import metadata
from typing import Any

import dagster as dg
import psycopg
from dagster_dbt import DbtCliInvocation, DbtCliResource
from packaging.version import Version

from database.children import environment_for_children
from database.connect import (
    Database,
    DatabaseError,
    connect,
    open_database,
)
from database.settings import load_settings
from orchestration.dagster_process import LIVE
from orchestration.defs.failing import explain_errors
from orchestration.paths import DBT_EXECUTABLE, DBT_PROJECT_DIR, LIVE_TARGET


@cache
def find_database() -> Database:
    """The database of this process; starts the embedded one if it does not run."""
    return open_database(load_settings(), create=False)


@contextmanager
def lend_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Variables for a process that is started inside the block."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class DatabaseResource(dg.ConfigurableResource):
    """Turnaround's PostgreSQL, found through the TAT_* environment variables."""

    def open(self) -> Database:
        """The database, looked for once in each process, and anew when it does not answer.

        The embedded one may have been stopped and started on another port. Raises ExplainedError.
        """
        with explain_errors():
            database = find_database()
            try:
                connect(database, "tat_engine", application_name="dagster").close()
            except DatabaseError:
                find_database.cache_clear()
                database = find_database()
            return database

    def connect(self, role: str) -> psycopg.Connection:
        """A connection in autocommit mode that acts as `role`."""
        return connect(self.open(), role, autocommit=True, application_name="dagster")


class InstalledDbt(DbtCliResource):
    """dbt as installed beside this Python.

    dagster-dbt asks `dbt --version`, which starts dbt once more and looks for newer releases
    on the internet: 3 s of processor time before every build, more where nothing answers.
    """

    def cli(self, *arguments: Any, **options: Any) -> DbtCliInvocation:
        """Start dbt, and tell it where the database of this process is."""
        with lend_environment(environment_for_children(find_database()) | LIVE):
            return super().cli(*arguments, **options)

    @cached_property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))


@dg.definitions
def resources() -> dg.Definitions:
    """Resources of every asset, check and sensor, and where steps run: all of a run in one process.

    A process for each step would import Great Expectations and dbt's project once more each.
    """
    return dg.Definitions(
        executor=dg.in_process_executor,
        resources={
            "database": DatabaseResource(),
            "dbt": InstalledDbt(
                project_dir=str(DBT_PROJECT_DIR),
                profiles_dir=str(DBT_PROJECT_DIR),
                dbt_executable=str(DBT_EXECUTABLE),
                target=LIVE_TARGET,
            ),
        },
    )
