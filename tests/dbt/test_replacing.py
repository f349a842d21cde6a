"""A build never takes a view away from those who read it, even when its columns change."""

import re
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
import pytest

from database.connect import connect, connect_as_superuser
from orchestration.warehouse.facts import refresh_facts
from tests.dbt.corrections import ON_ANOTHER_CALENDAR
from tests.dbt.warehouse import PROJECT, Query, Warehouse, find_waiting, read_rows, read_views
from tests.distribution import FULL
from tests.kpi_views import VIEWS

BUILD = ("build", "--exclude-resource-type", "unit_test")


@dataclass
class Reader:
    """What a reader that never stops asking has seen."""

    reads: int = 0
    errors: list[str] = field(default_factory=list)


def read_all_views(warehouse: Warehouse) -> dict[str, list[str]]:
    """What every view answers; the small world leaves none of them empty."""
    with connect(warehouse.database, "tat_bi") as analyst:
        answers = read_views(analyst)
    assert all(answers.values())
    return answers


def compare_view(analyst: psycopg.Connection, view: str, expected: list[str]) -> str | None:
    """What is wrong with a view's answer, if anything."""
    try:
        answer = read_rows(analyst, view)
    except psycopg.Error as error:
        return f"{view}: {error}"
    return None if answer == expected else f"{view}: {sorted(set(answer) ^ set(expected))}"


@contextmanager
def keep_reading(warehouse: Warehouse) -> Iterator[Reader]:
    """Read all the views, one after the other, until the block ends; their answers must stay."""
    expected = read_all_views(warehouse)
    seen, stop = Reader(), threading.Event()

    def read() -> None:
        with connect(warehouse.database, "tat_bi", autocommit=True) as analyst:
            while not stop.is_set():
                for view in VIEWS:
                    error = compare_view(analyst, view, expected[view])
                    seen.errors.extend([error] if error else [])
                    seen.reads += 1
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
    """Each view's identity in the catalog: it changes when the view is replaced."""
    rows = warehouse.ask(
        "select relname, pg_rewrite.oid::bigint as made from pg_class"
        " inner join pg_rewrite on pg_rewrite.ev_class = pg_class.oid"
        " where relnamespace in ('kpi'::regnamespace, 'intermediate'::regnamespace)"
    )
    return {row["relname"]: row["made"] for row in rows}


def list_stored_columns(warehouse: Warehouse) -> list[str]:
    """The columns of the stored levels, in their order."""
    rows = warehouse.ask(
        "select attname from pg_attribute inner join pg_class on pg_class.oid = attrelid"
        " where relname = 'int_levels_stored' and attnum > 0 order by attnum"
    )
    return [row["attname"] for row in rows]


def list_renamed(warehouse: Warehouse) -> list[str]:
    """The renamed relations, which are dropped once nothing reads them."""
    rows = warehouse.ask("select relname from pg_class where relname like '%renamed%'")
    return [row["relname"] for row in rows]


def leave_a_table_whose_model_is_gone(warehouse: Warehouse) -> None:
    """Leave a table and its view as an earlier version of the project made them."""
    with connect(warehouse.database, "tat_dbt") as connection:
        connection.execute("create table intermediate.int_gone_stored (request_id uuid)")
        connection.execute(
            "create view intermediate.int_gone as select * from intermediate.int_gone_stored"
        )
        connection.execute(
            "insert into tat.stored_fact (stored_relation, source_relation, key_column, definition)"
            " values ('intermediate.int_gone_stored', 'intermediate.int_gone', 'request_id', '')"
        )


def leave_what_a_developer_built(warehouse: Warehouse) -> None:
    """Leave a view that dbt built with --defer: it reads a live table."""
    with connect(warehouse.database, "tat_dbt") as connection:
        connection.execute("create schema dev_ana_marts")
        connection.execute(
            "create view dev_ana_marts.reader as select * from intermediate.int_traffic_stored"
        )
        connection.execute("create view dev_ana_marts.last as select * from dev_ana_marts.reader")


def test_an_unchanged_build_replaces_nothing(own_warehouse: Warehouse) -> None:
    before = list_definitions(own_warehouse)
    leave_a_table_whose_model_is_gone(own_warehouse)
    with keep_reading(own_warehouse) as reader:
        printed = own_warehouse.run_dbt("run")
    assert list_definitions(own_warehouse) == before
    assert "CREATE VIEW" not in printed
    assert own_warehouse.ask("select from pg_class where relname like 'int_gone%'") == []
    assert printed.count("[REFRESHED") == 11
    assert reader.errors == []
    assert reader.reads > len(VIEWS)
    own_warehouse.change(APPROVE_ALL)
    assert refresh_facts(own_warehouse.database).requests_stored > 0


@pytest.fixture
def changed_project(tmp_path: Path) -> Path:
    """The project after columns were removed low down, stored, moved, and renamed high up."""
    project = copy_project(tmp_path)
    models = project / "models"
    edit(models / "staging/workflow/stg_workflow__requests.sql", "    description,\n", "")
    core = models / "marts/core"
    edit(core / "fct_levels.sql", "    sources.skip_reason,\n", "    1 as extra,\n")
    current = models / "intermediate/levels/int_levels_current.sql"
    edit(current, "as breach_day\nfrom", "as breach_day,\n    1 as extra\nfrom")
    traffic = models / "intermediate/traffic/int_traffic_current.sql"
    edit(
        traffic,
        "        request_id,\n        kpi_date,\n        sum(",
        "        kpi_date,\n        request_id,\n        sum(",
    )
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
    leave_what_a_developer_built(own_warehouse)
    with keep_reading(own_warehouse) as reader:
        changed.run_dbt("run", "--select", "stg_workflow__requests", project=changed_project)
        assert len(list_renamed(own_warehouse)) == 1
        printed = changed.run_dbt("run", project=changed_project)
    assert "changed its columns" in printed
    assert '"int_traffic_stored" is rebuilt' in printed
    assert '"int_levels_stored" is rebuilt' not in printed
    assert list_stored_columns(own_warehouse)[-1] == "extra"
    assert reader.errors == []
    assert reader.reads > len(VIEWS)
    assert list_renamed(own_warehouse) == []


APPROVE_ALL: Query = (
    "update workflow.approval_levels set status = 'APPROVED', level_end_time = now(),"
    " updated_at = now() where status = 'IN_PROGRESS'"
)


def test_answers_stay_true_while_everything_changed_is_rebuilt(own_warehouse: Warehouse) -> None:
    before = read_all_views(own_warehouse)
    own_warehouse.change(ON_ANOTHER_CALENDAR)
    own_warehouse.change(APPROVE_ALL)
    with keep_reading(own_warehouse) as reader:
        printed = own_warehouse.run_dbt("run")
        own_warehouse.run_dbt(*BUILD, "--full-refresh")
    assert "renamed" not in printed
    assert reader.errors == []
    assert reader.reads > len(VIEWS)
    assert read_all_views(own_warehouse) != before


def test_readers_wait_only_for_the_last_step(own_warehouse: Warehouse) -> None:
    arguments = ("run", "--full-refresh", "--select", "int_levels_stored")
    database = own_warehouse.database
    assert database.home is not None
    with (
        ThreadPoolExecutor(1) as pool,
        connect_as_superuser(database.home, database.name) as watcher,
        connect(database, "tat_bi") as reader,
    ):
        read_rows(reader, "vw_tat_compliance")
        build = pool.submit(own_warehouse.run_dbt, *arguments)
        try:
            _, step = find_waiting(watcher, "%int_levels_stored%")
            assert "tat.replace_rows(" in step
        finally:
            reader.rollback()
            build.result(timeout=120)


def ask_totals(warehouse: Warehouse) -> dict[str, int]:
    """What is stored of levels, and of approvers."""
    (row,) = warehouse.ask(
        "select (select count(*) from vw_tat_compliance where completed_within_tat) as on_time,"
        " sum(within_tat_count)::integer as within, sum(skipped_count)::integer as skipped,"
        " sum(approved_count)::integer as approved from vw_approver_performance"
    )
    return row


def test_what_is_stored_follows_a_rule_that_changes(
    own_warehouse: Warehouse, tmp_path: Path
) -> None:
    project = copy_project(tmp_path)
    models = project / "models/intermediate"
    # On the dot is late, and who approves has skipped.
    edit(
        models / "levels/int_level_progress.sql",
        "then clocks.halted_microseconds <=",
        "then clocks.halted_microseconds <",
    )
    edit(
        models / "totals/int_levels_by_approver.sql",
        "level_status = 'SKIPPED'",
        "level_status = 'APPROVED'",
    )
    changed = replace(own_warehouse, target=project / "target")
    before = ask_totals(own_warehouse)
    changed.run_dbt("run", project=project)
    after = ask_totals(own_warehouse)
    assert after["on_time"] < before["on_time"]
    assert after["skipped"] == before["approved"] > before["skipped"]
    assert after["within"] == after["on_time"]


@pytest.mark.parametrize(
    ("materialization", "arguments"),
    [
        ("view", ("--select", "stg_workflow__requests")),
        pytest.param(
            "incremental", ("--select", "int_requests_stored", "--full-refresh"), marks=FULL
        ),
    ],
)
def test_stock_materializations_take_views_from_their_readers(
    own_warehouse: Warehouse, tmp_path: Path, materialization: str, arguments: tuple[str, ...]
) -> None:
    project = copy_project(tmp_path)
    ours = project / f"macros/materializations/{materialization}.sql"
    whole = re.compile(r"\{% materialization .*?\{% endmaterialization %\}", re.DOTALL)
    ours.write_text(whole.sub("", ours.read_text()))
    stock = replace(own_warehouse, target=project / "target")
    with keep_reading(own_warehouse) as reader:
        stock.run_dbt("run", *arguments, project=project)
    assert "does not exist" in " ".join(reader.errors)
    left = own_warehouse.ask("select viewname from pg_views where schemaname = 'kpi'")
    assert "vw_request_volume_summary" not in {row["viewname"] for row in left}


def test_an_index_that_the_model_no_longer_names_is_dropped(own_warehouse: Warehouse) -> None:
    find: Query = "select indexname from pg_indexes where tablename ~ '^int_levels_stored'"
    with connect(own_warehouse.database, "tat_dbt") as connection:
        kept = connection.execute(find).fetchall()
        connection.execute("create index left_over on intermediate.int_levels_stored (cycle)")
    own_warehouse.run_dbt("run", "--select", "int_levels_stored")
    with connect(own_warehouse.database, "tat_dbt") as connection:
        assert sorted(connection.execute(find).fetchall()) == sorted(kept)
