"""The dbt project, built once on the small world for everything that only reads."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from database.connect import Database
from tests.dbt.warehouse import Warehouse, borrow_copy, fill_small_world

# All warnings are errors but one: the driver has no name for the type uuid.
WARNINGS = '{"error": "all", "silence": ["TypeCodeNotFound"]}'


@pytest.fixture(scope="session")
def warehouse(
    template_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Warehouse]:
    """The small world with all models built and tested: read it, don't change it."""
    with borrow_copy(template_database, "dbt_built") as database:
        fill_small_world(database)
        built = Warehouse(database, tmp_path_factory.mktemp("target"))
        built.run_dbt("build", "--warn-error-options", WARNINGS)
        yield built


@pytest.fixture(scope="session")
def own_target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt keeps what it parsed for the warehouses that tests change."""
    return tmp_path_factory.mktemp("own_target")


@pytest.fixture
def own_warehouse(warehouse: Warehouse, own_target: Path) -> Iterator[Warehouse]:
    """A copy of the built warehouse that the test may change and build again."""
    with borrow_copy(warehouse.database, "dbt_own") as database:
        yield Warehouse(database, own_target)
