"""The golden bundle, loaded and built as people do it, at its own present."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ingestion.database import Database
from orchestration import loading
from orchestration.loading import SettledLoad, load_and_settle
from tests.dbt.conftest import WARNINGS
from tests.dbt.warehouse import Warehouse, borrow_copy
from tests.golden.rows import BUNDLE, PRESENT


@dataclass(frozen=True)
class Golden:
    """The built warehouse, and what the load said."""

    warehouse: Warehouse
    settled: SettledLoad


@pytest.fixture(scope="session")
def golden(
    template_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Golden]:
    """The bundle with all models built: read it, don't change it.

    Only the clock is faked, for the build too: the days before the present are kept in the table,
    the present day is counted live. The models' own tests run in tests/dbt; here a broken model
    should show by its rows.
    """
    with borrow_copy(template_database, "golden") as database:
        warehouse = Warehouse(database, tmp_path_factory.mktemp("golden_target"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loading, "read_database_time", lambda connection: PRESENT)
            patch.setenv("PGOPTIONS", f"-c tat.as_of={PRESENT.isoformat()}")
            settled = load_and_settle(database, BUNDLE)
            warehouse.run_dbt("run", "--warn-error-options", WARNINGS)
        yield Golden(warehouse, settled)
