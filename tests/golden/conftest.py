"""The golden bundle, loaded and built as people do it, at its own present."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from database.connect import Database, connect
from orchestration import loading
from orchestration.daily import keep_days
from orchestration.loading import SettledLoad, load_and_settle
from tests.dbt.conftest import WARNINGS
from tests.dbt.warehouse import Query, Warehouse, borrow_copy
from tests.golden.rows import BUNDLE, FIRST_DAY, PRESENT


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
            keep_days_too_early(database)
            load_and_settle(database, BUNDLE)
        yield Golden(warehouse, settled)


# What the source said when the days were kept; the bundle, loaded again, has it as it is since.
BEFORE: tuple[Query, ...] = (
    "delete from workflow.documents where file_name = 'order.pdf'",
    "update workflow.work_notes set is_deleted = false where message = 'Wrong request.'",
)


def keep_days_too_early(database: Database) -> None:
    """Keep the days before the present, as they were known before a correction."""
    with connect(database, "tat_owner") as connection:
        changed = [connection.execute(statement).rowcount for statement in BEFORE]
    assert changed == [1, 1]
    yesterday = PRESENT.date() - timedelta(days=1)
    assert len(keep_days(database, [FIRST_DAY, yesterday])) == yesterday.day - FIRST_DAY.day + 1
