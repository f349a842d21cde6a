"""The database and dbt, as resources."""

from functools import cache, cached_property
from importlib import metadata

import dagster as dg
import psycopg
from dagster_dbt import DbtCliResource
from packaging.version import Version

from database.connect import Database, DatabaseError, connect, open_database
from database.settings import load_settings
from orchestration.paths import DBT_EXECUTABLE, DBT_PROJECT_DIR, LIVE_TARGET


@cache
def find_database() -> Database:
    """The database of this process; starts the embedded one if it does not run."""
    return open_database(load_settings())


class DatabaseResource(dg.ConfigurableResource):
    """Turnaround's PostgreSQL, found through the TAT_* environment variables."""

    def open(self) -> Database:
        """The database, looked for once in each process, and anew when it does not answer.

        The embedded one may have been stopped and started on another port.
        """
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

    @cached_property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))


@dg.definitions
def resources() -> dg.Definitions:
    """Resources of every asset, check and sensor."""
    return dg.Definitions(
        resources={
            "database": DatabaseResource(),
            "dbt": InstalledDbt(
                project_dir=str(DBT_PROJECT_DIR),
                profiles_dir=str(DBT_PROJECT_DIR),
                dbt_executable=str(DBT_EXECUTABLE),
                target=LIVE_TARGET,
            ),
        }
    )
