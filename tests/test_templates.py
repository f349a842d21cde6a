"""Templates are what their inputs make of them: built when those change, found when they do not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from database.connect import DatabaseError, connect, connect_as_superuser
from database.server import EmbeddedServer
from tests.digests import digest_inputs
from tests.run_folder import remove_folder
from tests.templates import (
    Recipe,
    Template,
    borrow_copy,
    find_template,
    keep_templates,
    list_databases,
    start_server,
)


def build_trial(template: Template) -> None:
    """A table, and a file beside the database."""
    with connect(template.database, "tat_owner") as connection:
        connection.execute("create schema trial create table built (built_at integer)")
    (template.folder / "note").write_text("built")


def fail(template: Template) -> None:
    """A build that breaks off halfway."""
    build_trial(template)
    raise AssertionError("built again")


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """Two files in a folder, and what is left behind by running."""
    folder = tmp_path / "inputs"
    for name in ("one.sql", "deep/two.sql", "target/left.sql", "__pycache__/left.pyc"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def change_content(folder: Path) -> None:
    (folder / "one.sql").write_text("other")


def rename(folder: Path) -> None:
    (folder / "one.sql").rename(folder / "three.sql")


def move(folder: Path) -> None:
    (folder / "deep/two.sql").rename(folder / "two.sql")


def add(folder: Path) -> None:
    (folder / "deep/empty.sql").touch()


@pytest.mark.parametrize("change", [change_content, rename, move, add])
def test_a_digest_tells_every_change(inputs: Path, change: object) -> None:
    before = digest_inputs([inputs], inputs)
    assert digest_inputs([inputs], inputs) == before
    assert callable(change)
    change(inputs)
    assert digest_inputs([inputs], inputs) != before


def test_what_running_leaves_behind_is_no_input(inputs: Path) -> None:
    before = digest_inputs([inputs], inputs)
    (inputs / "target/left.sql").write_text("other")
    assert digest_inputs([inputs], inputs) == before


def test_an_input_that_is_missing_is_told(inputs: Path) -> None:
    with pytest.raises(FileNotFoundError):
        digest_inputs([inputs / "four.sql"], inputs)


@pytest.fixture
def recipe(inputs: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """A recipe whose inputs the test may change."""
    monkeypatch.setattr("tests.digests.CHECKOUT", inputs)
    return Recipe("trial", (inputs,), build_trial)


@pytest.fixture
def next_home(tmp_path: Path) -> Iterator[Path]:
    """The home of the run that follows."""
    yield tmp_path / "next"
    remove_folder(tmp_path / "next")


def list_templates(home: Path) -> list[str]:
    """The names of the templates of this test."""
    with connect_as_superuser(home) as admin:
        return [name for name in list_databases(admin) if name.startswith("trial")]


def test_a_build_that_fails_leaves_no_template(own_server: EmbeddedServer, recipe: Recipe) -> None:
    with pytest.raises(AssertionError, match="built again"):
        find_template(own_server.home, replace(recipe, build=fail))
    assert list_templates(own_server.home) == []
    template = find_template(own_server.home, recipe)
    assert list_templates(own_server.home) == [template.database.name]
    with pytest.raises(DatabaseError, match="not currently accepting connections"):
        connect(template.database, "tat_owner")


def test_the_next_run_builds_only_what_changed(
    own_server: EmbeddedServer, recipe: Recipe, inputs: Path, tmp_path: Path, next_home: Path
) -> None:
    first = find_template(own_server.home, recipe)
    kept = tmp_path / "kept"
    kept.mkdir()
    keep_templates(own_server.home, kept)
    start_server(next_home, kept)
    found = find_template(next_home, replace(recipe, build=fail))
    assert found.database.name == first.database.name
    assert (found.folder / "note").read_text() == "built"
    with borrow_copy(found.database, "copy") as copied, connect(copied, "tat_bi") as analyst:
        assert analyst.execute("show search_path").fetchone() != ('"$user", public',)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            analyst.execute("select * from trial.built")
    change_content(inputs)
    with pytest.raises(AssertionError, match="built again"):
        find_template(next_home, replace(recipe, build=fail))
    other = find_template(next_home, recipe)
    assert list_templates(next_home) == [other.database.name] != [first.database.name]


def test_a_run_with_other_programs_begins_anew(
    own_server: EmbeddedServer, recipe: Recipe, tmp_path: Path, next_home: Path
) -> None:
    find_template(own_server.home, recipe)
    kept = tmp_path / "kept"
    kept.mkdir()
    keep_templates(own_server.home, kept)
    (kept / "home" / "surroundings").write_text("yesterday")
    start_server(next_home, kept)
    assert list_templates(next_home) == []
