"""Where the parts of the checkout are."""

import sys
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
DBT_PROJECT_DIR = CHECKOUT / "dbt_project"
# Only this target of the project writes the live schemas. What dbt compiles for it has a folder of
# its own: plain dbt, which builds for whoever runs it, writes into the one above.
LIVE_TARGET = "prod"
LIVE_TARGET_PATH = Path("target", LIVE_TARGET)
DBT_MANIFEST = DBT_PROJECT_DIR / LIVE_TARGET_PATH / "manifest.json"
SEMANTIC_MANIFEST = DBT_MANIFEST.with_name("semantic_manifest.json")
DAGSTER_YAML = CHECKOUT / "dagster.yaml"
# The environment need not be activated: dbt stands beside the Python that runs.
DBT_EXECUTABLE = Path(sys.executable).with_name("dbt")
SOURCE_FOLDERS = ("models", "macros", "data-tests", "seeds")


def list_project_files() -> Iterator[Path]:
    """The files that decide what dbt builds, in a fixed order."""
    return (path for path in list_project_paths() if path.is_file())


def list_project_paths() -> Iterator[Path]:
    """Those files, and the folders that they are in: one that a file is taken from changes too."""
    yield from sorted(DBT_PROJECT_DIR.glob("*.yml"))
    for folder in SOURCE_FOLDERS:
        yield from sorted((DBT_PROJECT_DIR / folder).rglob("*"))
