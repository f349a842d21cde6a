"""The worked examples, on databases of their own: the same lives give the same alerts."""

import shutil
from pathlib import Path

import pytest
from psycopg import sql

from database.connect import Database, connect
from ingestion.following import cursor
from ingestion.mapping.checking import check_mapping
from ingestion.mapping.source import prepare_source_tables, select_from
from tests.ingestion.conftest import read_one
from tests.ingestion.mapping.conftest import (
    EXAMPLES,
    REQUESTS,
    Company,
    follow,
    land,
    list_alerts,
    make_app,
    open_app,
    tick,
)

EXAMPLE_NAMES = ["sequelize", "camunda"]


@pytest.mark.parametrize("example", EXAMPLE_NAMES)
def test_the_lives_of_another_app_give_the_alerts_of_the_contract(
    company: Company, database: Database, tmp_path: Path, example: str
) -> None:
    with make_app(company, example) as source:
        follow(source, EXAMPLES / example / "mapping.yaml", database)
    # Neither app keeps holidays: people enter those.
    shutil.copy(company.bundle / "holidays.csv.gz", tmp_path)
    land(database, tmp_path)
    tick(database)
    with connect(company.database, "tat_owner") as owner:
        assert read_one(owner, "select count(*) from workflow.level_pauses") > 5
    assert len(company.alerts) > 200
    assert list_alerts(database) == company.alerts


@pytest.mark.parametrize("example", EXAMPLE_NAMES)
def test_a_first_load_in_pages_takes_every_row_once(
    company: Company,
    database: Database,
    example: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Texts and numbers sort in ways of their own: as uuids the keys would come in another order.
    monkeypatch.setattr(cursor, "CHUNK_ROWS", 50)
    with make_app(company, example) as source:
        report = follow(source, EXAMPLES / example / "mapping.yaml", database)
    levels = "select count(*) from workflow.approval_levels"
    begun = f"{levels} where level_start_time is not null"
    with (
        connect(database, "tat_owner") as owner,
        connect(company.database, "tat_owner") as expected,
    ):
        loaded = read_one(owner, levels)
        assert loaded == read_one(expected, levels if example == "sequelize" else begun)
    assert loaded > 10 * 50
    assert report.loaded.rows_read == report.loaded.rows_loaded == report.rows_read


@pytest.mark.parametrize(
    ("condition", "order", "index"),
    [
        ("source_key > '100'", "source_key", "(id > 100)"),
        ("updated_at >= '2026-06-30 12:00+05:30'", "updated_at", '("updatedAt" >='),
    ],
)
def test_a_follower_reads_by_the_indexes_of_the_source(
    company: Company, condition: str, order: str, index: str
) -> None:
    with open_app(company, "sequelize") as source:
        tables = prepare_source_tables(source, EXAMPLES / "sequelize" / "mapping.yaml")
        (levels,) = [table for table in tables if table.table == "approval_levels"]
        assert (levels.changed_at, levels.paged_by) == ("updated_at", "source_key")
        source.execute("set enable_seqscan = off")
        source.execute("set enable_sort = off")
        query = select_from(levels.relation, f"where {condition} order by {order} limit 10")
        plan = source.execute(sql.SQL("explain {}").format(query)).fetchall()
    lines = [line for (line,) in plan]
    assert any(f"Index Cond: {index}" in line for line in lines), lines
    assert not any("Sort" in line for line in lines), lines


@pytest.mark.parametrize(
    ("example", "statement"),
    [
        (
            "sequelize",
            """
            update "ApprovalLevels" set status = 'approved', "decidedAt" = '2026-06-30 13:00+05:30',
                "updatedAt" = clock_timestamp()
            where status = 'active'
            """,
        ),
        (
            "camunda",
            """
            update act_hi_taskinst set end_time_ = '2026-06-30 13:00', delete_reason_ = 'completed'
            where end_time_ is null
            """,
        ),
    ],
)
def test_what_changes_in_the_app_is_followed_under_the_same_keys(
    company: Company, database: Database, example: str, statement: str
) -> None:
    running = "select count(*) from workflow.approval_levels where status = 'IN_PROGRESS'"
    levels = "select count(*) from workflow.approval_levels"
    mapping = EXAMPLES / example / "mapping.yaml"
    with make_app(company, example) as source, connect(database, "tat_owner") as owner:
        follow(source, mapping, database)
        before = read_one(owner, levels)
        assert read_one(owner, running) > 20
        owner.commit()
        with connect(source, "tat_owner") as app:
            changed = app.execute(f"set search_path = public; {statement}".encode())
            while changed.nextset():
                pass
            rows = changed.rowcount
        report = follow(source, mapping, database)
        assert report.loaded.rows_loaded == rows > 20
        assert read_one(owner, running) == 0
        assert read_one(owner, levels) == before


@pytest.mark.parametrize("example", EXAMPLE_NAMES)
def test_an_example_has_nothing_to_mend(company: Company, example: str) -> None:
    with open_app(company, example) as source:
        checked = check_mapping(source, EXAMPLES / example / "mapping.yaml")
    assert [line for line in checked if line.problem] == []
    counts = {line.table: line.rows for line in checked if not line.column}
    # What is a draft has no process yet.
    drafts = 0 if example == "sequelize" else 8
    assert counts["workflow_requests"] == REQUESTS - drafts
    assert all(counts.values())
