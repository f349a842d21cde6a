"""The dbt project, built once on the small world for everything that only reads."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from database.connect import Database
from database.server import EmbeddedServer
from tests.conftest import MIGRATED
from tests.dbt.warehouse import PROJECT, SMALL_WORLD, Warehouse, fill_small_world
from tests.distribution import runs_dbt
from tests.templates import Recipe, Template, borrow_copy, find_template

# All warnings are errors but one: the driver has no name for the type uuid.
WARNINGS = '{"error": "all", "silence": ["TypeCodeNotFound"]}'
# What the small world and its models are made of.
HELPERS = [Path(__file__).with_name(name) for name in ("conftest.py", "running.py", "warehouse.py")]
BUILT = (*MIGRATED, PROJECT, SMALL_WORLD, *HELPERS)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
# dbt parses the project anew for each database name, which takes seconds: where it runs, all
# databases have this one, and one worker has all tests that run it.
DBT_NAME = "dbt_own"


def build_small_world(template: Template) -> None:
    """Fill the small world, and build and test all models."""
    fill_small_world(template.database)
    built = Warehouse(template.database, template.folder / "target")
    built.run_dbt("build", "--warn-error-options", WARNINGS)


@pytest.fixture(scope="session")
def built_small_world(server: EmbeddedServer, template_database: Database) -> Template:
    """The small world with all models built and tested: copy it."""
    recipe = Recipe("small_world", BUILT, build_small_world, template_database, DBT_NAME)
    return find_template(server.home, recipe)


@pytest.fixture(scope="session")
def warehouse(built_small_world: Template) -> Iterator[Warehouse]:
    """The small world with all models built and tested: read it, don't change it."""
    with borrow_copy(built_small_world.database, f"read_{WORKER}") as database:
        yield Warehouse(database, built_small_world.folder / "target")


@pytest.fixture(scope="session")
def own_target(built_small_world: Template, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt keeps what it parsed for the warehouses that tests change."""
    folder = tmp_path_factory.mktemp("own_target")
    return Path(shutil.copytree(built_small_world.folder / "target", folder, dirs_exist_ok=True))


@pytest.fixture
def own_warehouse(
    request: pytest.FixtureRequest, built_small_world: Template, own_target: Path
) -> Iterator[Warehouse]:
    """A copy of the built warehouse that the test may change and build again."""
    name = DBT_NAME if runs_dbt(request.node.nodeid) else f"own_{WORKER}"
    with borrow_copy(built_small_world.database, name) as database:
        yield Warehouse(database, own_target)
