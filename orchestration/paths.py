"""Where the parts of the checkout are."""

import sys
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
DBT_PROJECT_DIR = CHECKOUT / "dbt_project"
DBT_MANIFEST = DBT_PROJECT_DIR / "target" / "manifest.json"
SEMANTIC_MANIFEST = DBT_PROJECT_DIR / "target" / "semantic_manifest.json"
DAGSTER_YAML = CHECKOUT / "dagster.yaml"
# The environment need not be activated: dbt stands beside the Python that runs.
DBT_EXECUTABLE = Path(sys.executable).with_name("dbt")
SOURCE_FOLDERS = ("models", "macros", "data-tests", "seeds")


def list_project_files() -> Iterator[Path]:
    """The files that decide what dbt builds, in a fixed order."""
    yield from sorted(DBT_PROJECT_DIR.glob("*.yml"))
    for folder in SOURCE_FOLDERS:
        yield from sorted(file for file in (DBT_PROJECT_DIR / folder).rglob("*") if file.is_file())
