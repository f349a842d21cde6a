"""How Dagster's assets and sensors find the database."""

import os
import subprocess
from dataclasses import replace

import pytest

from database.connect import Database
from orchestration.defs import resources


class Finder:
    """What finds the database, as if it had been found before it moved to another port."""

    def __init__(self, stale: Database, moved: Database) -> None:
        self.found = stale
        self.moved = moved

    def __call__(self) -> Database:
        """The database as it was last found."""
        return self.found

    def cache_clear(self) -> None:
        """Look for it anew the next time."""
        self.found = self.moved


def test_a_database_that_moved_is_found_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = replace(database, port=1, home=None)
    monkeypatch.setattr(resources, "find_database", Finder(stale, database))
    assert resources.DatabaseResource().open() == database
    with resources.DatabaseResource().connect("tat_dbt") as connection:
        assert connection.execute("select current_user").fetchone() == ("tat_dbt",)


def test_a_database_that_answers_is_not_looked_for_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder = Finder(database, replace(database, name="another"))
    monkeypatch.setattr(resources, "find_database", finder)
    assert resources.DatabaseResource().open() == database


def test_variables_are_lent_to_a_process_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_TARGET", "dev")
    monkeypatch.delenv("TAT_PG_DBNAME", raising=False)
    with resources.lend_environment({"DBT_TARGET": "prod", "TAT_PG_DBNAME": "own"}):
        shown = subprocess.run(
            ["sh", "-c", 'echo "$DBT_TARGET $TAT_PG_DBNAME"'],
            capture_output=True,
            text=True,
            check=True,
        )
    assert shown.stdout == "prod own\n"
    assert os.environ["DBT_TARGET"] == "dev"
    assert "TAT_PG_DBNAME" not in os.environ
