"""Each trigger that notes changed requests does so by itself, whatever the others do."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from database.connect import Database, connect
from tests.dbt.noticed_changes import CHANGES, KEYS, Change
from tests.dbt.warehouse import Query, Warehouse, fill_small_world
from tests.templates import borrow_copy

# Which events of which tables the triggers notice; a trigger may notice several.
TRIGGERS: Query = """
    select tgname, relnamespace::regnamespace || '.' || relname as table_name, event
    from pg_trigger
    inner join pg_class on pg_class.oid = tgrelid
    cross join (values (4, 'insert'), (8, 'delete'), (16, 'update'), (32, 'truncate'))
        as events (bit, event)
    where tgname like 'capture\\_stored\\_%' and tgtype & bit <> 0
"""


@pytest.fixture(scope="module")
def small_world(template_database: Database) -> Iterator[Database]:
    """The small world without the models, which no trigger needs."""
    with borrow_copy(template_database, "captured") as database:
        fill_small_world(database)
        yield database


@pytest.fixture
def app(small_world: Database) -> Iterator[psycopg.ClientCursor]:
    """Whoever may change all tables; what is changed is taken back."""
    with connect(small_world, "tat_owner") as connection:
        yield psycopg.ClientCursor(connection)
        connection.rollback()


def list_triggers(app: psycopg.ClientCursor) -> list[tuple[str, str, str]]:
    """The name, table and event of each trigger."""
    return app.execute(TRIGGERS).fetchall()


def leave_one(app: psycopg.ClientCursor, event: tuple[str, str]) -> None:
    """Switch off all triggers but the one that notices `event`."""
    triggers = list_triggers(app)
    kept = {(name, table) for name, table, of in triggers if (of, table) == event}
    for name, table in {(name, table) for name, table, _ in triggers} - kept:
        relation = sql.Identifier(*table.split("."))
        disable = sql.SQL("alter table {} disable trigger {}")
        app.execute(disable.format(relation, sql.Identifier(name)))


def read_noticed(app: psycopg.ClientCursor) -> set[int]:
    """The numbers of the requests that were noticed."""
    rows = app.execute("select distinct request_id from tat.request_change").fetchall()
    return {int(str(request)[-2:]) for (request,) in rows}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change.statement)[:60])
def test_a_trigger_notices_what_it_is_for(app: psycopg.ClientCursor, change: Change) -> None:
    leave_one(app, change.event)
    app.execute(change.before, KEYS)
    app.execute("delete from tat.request_change")
    app.execute(change.statement, KEYS)
    assert read_noticed(app) == change.requests


def test_each_trigger_has_a_change_and_each_change_a_trigger(app: psycopg.ClientCursor) -> None:
    noticed = {(event, table) for _, table, event in list_triggers(app)}
    assert noticed == {change.event for change in CHANGES}


# What views among the sources read.
TABLES_OF_VIEWS = {"tat.level_coordinates": {"tat.level_clock", "tat.policy"}}


def list_sources(manifest: dict[str, Any], node: str) -> set[str]:
    """The tables that a model reads, through all models between."""
    if node in manifest["sources"]:
        source = manifest["sources"][node]
        name = f"{source['schema']}.{source['name']}"
        return TABLES_OF_VIEWS.get(name, {name})
    parents = manifest["parent_map"][node]
    return set().union(*(list_sources(manifest, parent) for parent in parents))


def test_all_that_a_stored_fact_reads_is_noticed(warehouse: Warehouse) -> None:
    manifest = json.loads((warehouse.target / "manifest.json").read_text())
    stored = [
        key
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["config"]["materialized"] == "incremental"
    ]
    assert stored
    read = set().union(*(list_sources(manifest, key) for key in stored))
    # What waits to be stored is where the changes are noted.
    assert read - {"tat.request_change"} <= {change.event[1] for change in CHANGES}
