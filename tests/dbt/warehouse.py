"""A database with the small world in it, and dbt as people run it."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from database.children import environment_for_children
from database.connect import Database, connect
from database.statements import fetch
from tests.dbt.running import run_in_process
from tests.kpi_views import VIEWS

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
DBT = Path(sys.executable).with_name("dbt")
SMALL_WORLD = Path(__file__).with_name("small_world.sql")
THURSDAY_NOON = "2026-03-05 12:00+05:30"

Query = LiteralString | sql.Composed
Parameters = dict[str, Any] | None


@dataclass(frozen=True)
class Warehouse:
    """One database, the folder where dbt keeps what it compiled, and how to ask.

    What dbt's environment has beside the database's own is in `variables`.
    """

    database: Database
    target: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def run_dbt(self, *arguments: str, project: Path = PROJECT, **environment: str) -> str:
        """Run dbt to its end and return what it printed; a failure fails the test."""
        done = self.try_dbt(*arguments, project=project, **environment)
        if done.returncode != 0:
            pytest.fail(f"dbt {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def try_dbt(
        self, *arguments: str, project: Path = PROJECT, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run dbt to its end, however that is."""
        everything = {**build_environment(self.database, self.target), **self.variables}
        everything |= environment
        return run_in_process(arguments, project, everything)

    def ask(
        self, query: Query, parameters: Parameters = None, as_of: str = THURSDAY_NOON
    ) -> list[dict[str, Any]]:
        """Ask as an analyst, at a moment of the small world."""
        with connect(self.database, "tat_bi") as connection:
            return ask_at(connection, query, as_of, parameters)

    def change(self, statement: Query, *rows: dict[str, Any]) -> None:
        """Let the approval app change rows, once for each of `rows`; the clocks follow."""
        with connect(self.database, "tat_owner") as connection:
            connection.cursor().executemany(statement, rows or ({},))
            derive_clocks(connection)


def ask_at(
    connection: psycopg.Connection, query: Query, as_of: str, parameters: Parameters = None
) -> list[dict[str, Any]]:
    """The rows of `query` as dicts, with the session's present set to `as_of`."""
    connection.execute("select set_config('tat.as_of', %s, false)", [as_of])
    return fetch(connection, query, parameters)


def select_all(view: str) -> sql.Composed:
    """The statement that reads a whole view of the schema kpi."""
    return sql.SQL("select * from kpi.{}").format(sql.Identifier(view))


# Whoever waits for a lock, by words of the statement.
FIND_WAITING: Query = (
    "select pid, query from pg_stat_activity where datname = current_database()"
    " and wait_event_type = 'Lock' and query like %(pattern)s"
)


def find_waiting(connection: psycopg.Connection, pattern: str) -> tuple[int, str]:
    """The process and the statement like `pattern` that waits for a lock, once there is one."""
    for _ in range(600):
        row = connection.execute(FIND_WAITING, {"pattern": pattern}).fetchone()
        if row is not None:
            return int(row[0]), str(row[1])
        time.sleep(0.1)
    raise AssertionError(f"nothing like {pattern} waited for a lock")


def read_rows(connection: psycopg.Connection, view: str, as_of: str = THURSDAY_NOON) -> list[str]:
    """All rows of a view of the schema kpi, in an order of their own."""
    return sorted(str(row) for row in ask_at(connection, select_all(view), as_of))


def read_views(connection: psycopg.Connection, as_of: str = THURSDAY_NOON) -> dict[str, list[str]]:
    """All rows of the eight views."""
    return {view: read_rows(connection, view, as_of) for view in VIEWS}


def build_environment(database: Database, target: Path) -> dict[str, str]:
    """The machine's environment without its own TAT_ and DBT_ settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TAT_", "DBT_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **kept,
        **environment_for_children(database),
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_TARGET": "prod",
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
    }


def derive_clocks(connection: psycopg.Connection) -> None:
    """Bring the level clocks up to the rows, as a load does at its end."""
    changes_left = True
    while changes_left:
        row = connection.execute(
            "select changes_left from tat.derive_level_clocks(now())"
        ).fetchone()
        changes_left = bool(row and row[0])


def fill_small_world(database: Database) -> None:
    """Put the small world's rows into the source tables."""
    with connect(database, "tat_owner") as connection:
        connection.execute(SMALL_WORLD.read_bytes())
        derive_clocks(connection)
