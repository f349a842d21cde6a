"""A build never takes a view away from those who read it, even when its columns change."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
import pytest

from ingestion.database import Database, connect
from tests.dbt.warehouse import PROJECT, Warehouse, select_all
from tests.kpi_views import VIEWS


@dataclass
class Reader:
    """What a reader that never stops asking has seen."""

    reads: int = 0
    errors: list[str] = field(default_factory=list)


@contextmanager
def keep_reading(database: Database) -> Iterator[Reader]:
    """Read all the views, one after the other, until the block ends."""
    seen, stop = Reader(), threading.Event()

    def read() -> None:
        with connect(database, "tat_bi", autocommit=True) as analyst:
            while not stop.is_set():
                for view in VIEWS:
                    try:
                        analyst.execute(select_all(view))
                        seen.reads += 1
                    except psycopg.Error as error:
                        seen.errors.append(f"{view}: {error}")
                    stop.wait(0.01)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def copy_project(folder: Path) -> Path:
    """A copy of the project that the test may edit."""
    left_out = shutil.ignore_patterns("target", "logs")
    return Path(shutil.copytree(PROJECT, folder / "dbt_project", ignore=left_out))


def edit(path: Path, old: str, new: str) -> None:
    """Replace text that must be there."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def list_definitions(warehouse: Warehouse) -> dict[str, int]:
    """Each view's identity in the catalog: it changes when the view is made anew."""
    rows = warehouse.ask(
        "select relname, pg_rewrite.oid::bigint as made from pg_class"
        " inner join pg_rewrite on pg_rewrite.ev_class = pg_class.oid"
        " where relnamespace in ('kpi'::regnamespace, 'intermediate'::regnamespace)"
    )
    return {row["relname"]: row["made"] for row in rows}


def list_retired(warehouse: Warehouse) -> list[str]:
    """The relations that stand aside because something may still read them."""
    rows = warehouse.ask("select relname from pg_class where relname like '%retired%'")
    return [row["relname"] for row in rows]


def test_an_unchanged_build_replaces_nothing(own_warehouse: Warehouse) -> None:
    before = list_definitions(own_warehouse)
    with keep_reading(own_warehouse.database) as reader:
        printed = own_warehouse.run_dbt("run")
    assert list_definitions(own_warehouse) == before
    assert "CREATE VIEW" not in printed
    assert reader.errors == []
    assert reader.reads > len(VIEWS)


@pytest.fixture
def changed_project(tmp_path: Path) -> Path:
    """The project after a column was removed low down, one stored, and another renamed high up."""
    project = copy_project(tmp_path)
    models = project / "models"
    edit(models / "staging/workflow/stg_workflow__requests.sql", "    description,\n", "")
    core = models / "marts/core"
    edit(core / "fct_levels.sql", "    sources.skip_reason,\n", "    1 as extra,\n")
    measured = models / "intermediate/levels/int_levels_measured.sql"
    edit(measured, "    levels.level_id\nfrom", "    levels.level_id,\n    1 as extra\nfrom")
    timeline = models / "intermediate/levels/int_level_timeline_events.sql"
    edit(timeline, "levels.skip_reason", "null::text")
    edit(core / "_core__models.yml", "      - name: skip_reason\n        data_type: text\n",
         "      - name: extra\n        data_type: integer\n")  # fmt: skip
    return project


def test_changed_columns_take_nothing_from_readers(
    own_warehouse: Warehouse, changed_project: Path
) -> None:
    # What dbt remembers of one project's files would pass for the other's.
    changed = replace(own_warehouse, target=changed_project / "target")
    with keep_reading(own_warehouse.database) as reader:
        changed.run_dbt("run", "--select", "stg_workflow__requests", project=changed_project)
        assert len(list_retired(own_warehouse)) == 1
        printed = changed.run_dbt("run", project=changed_project)
    assert "changed its columns" in printed
    assert "is made anew" in printed
    assert reader.errors == []
    assert reader.reads > len(VIEWS)
    assert list_retired(own_warehouse) == []
