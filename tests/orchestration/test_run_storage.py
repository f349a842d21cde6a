"""Dagster finds its storage from a checkout, and says what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster_postgres import DagsterPostgresStorage

from database.connect import Database, remember_database
from database.settings import Settings
from orchestration.paths import CHECKOUT
from orchestration.run_storage import RunStorage

COMMAND = [sys.executable, "-m", "dagster"]


@pytest.fixture
def empty_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that holds nothing yet, and no variables of Dagster."""
    for name in ("DAGSTER_HOME", "DAGSTER_PG_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TAT_HOME", str(tmp_path))
    return tmp_path


def run_dagster(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Dagster's own command in the checkout."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=CHECKOUT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_runs_are_kept_in_the_database_of_the_checkout(
    empty_checkout: Path,
    database: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TAT_HOME", str(settings.home))
    remember_database(settings, database.name)
    storage = RunStorage.from_config_value(None, {})
    assert isinstance(storage, DagsterPostgresStorage)
    assert f"/{database.name}?" in storage.postgres_url
    assert storage.run_storage.get_runs_count() == 0


def test_files_stand_in_before_there_is_a_database(empty_checkout: Path) -> None:
    storage = RunStorage.from_config_value(None, {})
    assert isinstance(storage, DagsterSqliteStorage)
    assert Path(storage.base_dir).is_relative_to(empty_checkout)


def test_an_instance_of_its_own_wants_a_database(
    empty_checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(empty_checkout))
    with pytest.raises(click.ClickException, match="There is no database"):
        RunStorage.from_config_value(None, {})


@pytest.mark.slow
@pytest.mark.usefixtures("empty_checkout", "parsed_project")
def test_definitions_are_validated_without_a_database() -> None:
    done = run_dagster("definitions", "validate")
    assert done.returncode == 0, done.stderr
    assert "passed validation" in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("empty_checkout")
def test_dagster_says_in_a_line_that_it_needs_a_database() -> None:
    done = run_dagster("dev")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: There is no database in ")
    assert "Traceback" not in done.stderr
