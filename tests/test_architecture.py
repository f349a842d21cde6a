"""Who may import whom, and that the present is named in one place only."""

import ast
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
# Comments on columns included; a function has about a hundred lines at most.
LONGEST_OBJECT = 130


def list_imports(file: Path) -> set[str]:
    """Every module that a file imports, at its top or inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("database", {"ingestion", "orchestration", "dagster", "dagster_dbt", "dbt"}),
        ("ingestion", {"orchestration", "dagster", "dagster_dbt", "dagster_postgres", "dbt"}),
        ("orchestration/engine", {"dagster", "dagster_dbt", "dagster_postgres", "dbt"}),
        ("orchestration/dashboards", {"dagster", "dagster_dbt", "dagster_postgres", "dbt"}),
        ("orchestration/screen", {"dagster", "dagster_dbt", "dagster_postgres", "dbt"}),
    ],
)
def test_a_folder_imports_nothing_above_it(folder: str, forbidden: set[str]) -> None:
    files = list((CHECKOUT / folder).rglob("*.py"))
    assert files
    broken = {
        str(file.relative_to(CHECKOUT)): imported
        for file in files
        for imported in list_imports(file)
        if imported.split(".")[0] in forbidden
    }
    assert broken == {}


def test_models_and_statements_take_their_present_from_one_place() -> None:
    clocks = re.compile(r"\b(current_timestamp|localtimestamp|current_date|now\s*\(\))", re.I)
    files = [
        *(CHECKOUT / "dbt_project" / "models").rglob("*.sql"),
        *(CHECKOUT / "dbt_project" / "data-tests").rglob("*.sql"),
    ]
    assert files
    named = [str(file) for file in files if clocks.search(file.read_text(encoding="utf-8"))]
    assert named == []


def test_reconciliation_goes_another_road_than_the_engine() -> None:
    folder = CHECKOUT / "orchestration" / "engine" / "reconciliation"
    engine = re.compile(
        r"\b(work_interval|level_clock|level_status|level_source|level_threshold|level_holder)\b"
        r"|\btat\.\w+\s*\("
    )
    statements = list((folder / "sql").glob("*.sql"))
    assert statements
    named = {
        file.name: found
        for file in statements
        if (found := engine.findall(file.read_text(encoding="utf-8")))
    }
    assert named == {}
    imported = {module for file in folder.glob("*.py") for module in list_imports(file)}
    assert not {name for name in imported if name.startswith("orchestration.engine.tick")}


def test_every_migration_has_its_sql() -> None:
    folder = CHECKOUT / "database" / "migrations"
    scripts = sorted(file.stem[:4] for file in (folder / "versions").glob("[0-9]*.py"))
    assert scripts == sorted(found.name for found in (folder / "sql").iterdir() if found.is_dir())


DEFINITION = re.compile(r"^create or replace (function|view|trigger) (?:tat\.)?(\w+)", re.MULTILINE)


def test_an_object_of_the_database_is_defined_once_in_a_file_of_its_name() -> None:
    files = list((CHECKOUT / "database" / "sql").glob("[0-9]*/*.sql"))
    assert len(files) > 80
    defined: dict[str, str] = {}
    for file in files:
        text = file.read_text(encoding="utf-8")
        objects = [name for kind, name in DEFINITION.findall(text) if kind != "trigger"]
        assert objects in ([], [file.stem]), file
        for name in objects:
            assert name not in defined, f"{name} is in {defined[name]} and {file}"
            defined[name] = str(file)
        assert not re.search(r"\bcascade\b", text), file
        assert len(text.splitlines()) <= LONGEST_OBJECT, file


def test_migrations_hold_no_functions() -> None:
    files = list((CHECKOUT / "database" / "migrations" / "sql").glob("[0-9]*/*.sql"))
    assert files
    repeatable = re.compile(r"\bcreate (or replace )?(function|view|trigger)\b")
    assert [file for file in files if repeatable.search(file.read_text(encoding="utf-8"))] == []
