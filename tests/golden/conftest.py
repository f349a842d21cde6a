"""The golden bundle, loaded and built as people do it, at its own present."""

import pickle
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from database.connect import Database, connect
from database.server import EmbeddedServer
from orchestration import loading
from orchestration.loading import SettledLoad, load_and_settle
from orchestration.warehouse.daily import keep_days
from tests.dbt.conftest import BUILT, DBT_NAME, WARNINGS, WORKER
from tests.dbt.warehouse import Query, Warehouse
from tests.digests import CHECKOUT, digest_inputs
from tests.golden.rows import BUNDLE, FIRST_DAY, PRESENT
from tests.templates import Recipe, Template, borrow_copy, find_template

# What the golden warehouse is made of.
LOADED = (
    *BUILT,
    *map(CHECKOUT.joinpath, ("ingestion", "orchestration")),
    *(Path(__file__).with_name(name) for name in ("bundle", "conftest.py", "rows.py")),
)
REPORT = "settled.pickle"
PARSED = "partial_parse.msgpack"


@dataclass(frozen=True)
class Golden:
    """The built warehouse, and what the load said."""

    warehouse: Warehouse
    settled: SettledLoad


@pytest.fixture(scope="session")
def golden(server: EmbeddedServer, template_database: Database) -> Iterator[Golden]:
    """The bundle with all models built: read it, don't change it."""
    recipe = Recipe("golden", LOADED, build_golden, template_database, DBT_NAME)
    template = find_template(server.home, recipe)
    settled = pickle.loads((template.folder / REPORT).read_bytes())
    with borrow_copy(template.database, f"golden_{WORKER}") as database:
        yield Golden(Warehouse(database, template.folder / "target"), settled)


def build_golden(template: Template) -> None:
    """Load the bundle and build all models.

    Only the clock is faked, for the build too: the days before the present are kept in the table,
    the present day is counted live. The models' own tests run in tests/dbt; here a broken model
    should show by its rows.
    """
    database = template.database
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "read_database_time", lambda connection: PRESENT)
        patch.setenv("PGOPTIONS", f"-c tat.as_of={PRESENT.isoformat()}")
        settled = load_and_settle(database, BUNDLE)
        target = copy_parsed_project(template.folder)
        Warehouse(database, target).run_dbt("run", "--warn-error-options", WARNINGS)
        keep_days_too_early(database)
        load_and_settle(database, BUNDLE)
    (template.folder / REPORT).write_bytes(pickle.dumps(settled))


def copy_parsed_project(folder: Path) -> Path:
    """Where dbt writes, with what it parsed of this very project for the small world, if it did."""
    target = folder / "target"
    target.mkdir()
    for parsed in folder.parent.glob(f"small_world_{digest_inputs(BUILT)}/target/{PARSED}"):
        shutil.copyfile(parsed, target / PARSED)
    return target


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
