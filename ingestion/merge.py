"""Merging the rows of one pass into their table: set-based, and nothing written that is equal."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from psycopg import Connection, sql

from ingestion.incoming import compose
from ingestion.tables import Column, Table


class Changes(NamedTuple):
    """What a merge did, or in a dry run would do."""

    inserted: int
    updated: int
    unchanged: int


def merge_incoming(
    connection: Connection,
    table: Table,
    given: Collection[str],
    *,
    is_dry_run: bool,
    takes_older: bool = False,
) -> Changes:
    """Load what is new or differs in the `given` columns; return what changed.

    An older version never replaces a newer one, unless the source `takes_older`; that and equal
    rows count as unchanged.
    """
    columns = [column for column in table.accepted_columns if column.name in given]
    if not columns:
        # The source has no rows at all.
        return Changes(0, 0, 0)
    if not is_dry_run and lock_if_empty(connection, table):
        return Changes(connection.execute(compose_insert(table, columns)).rowcount, 0, 0)
    guards = compose_guards(table, takes_older)
    changes = count_changes(connection, table, columns, guards["incoming"])
    if is_dry_run or not (changes.inserted or changes.updated):
        return changes
    row = connection.execute(compose_merge(table, columns, guards)).fetchone()
    inserted, updated = row if row else (0, 0)
    return Changes(inserted, updated, sum(changes) - inserted - updated)


def lock_if_empty(connection: Connection, table: Table) -> bool:
    """Lock a table that has no row yet against other writers; return whether it has none.

    Rows can then be inserted without a look for others of their key: a first load spends a
    quarter less in PostgreSQL.
    """
    name = sql.Identifier(table.name)
    if not is_empty(connection, name):
        return False
    connection.execute(compose("lock_empty", table_name=name))
    return is_empty(connection, name)


def is_empty(connection: Connection, name: sql.Identifier) -> bool:
    """Whether a table has no row."""
    row = connection.execute(compose("is_empty", table_name=name)).fetchone()
    return bool(row and row[0])


def compose_insert(table: Table, columns: list[Column]) -> sql.Composed:
    """Compose the insert of a pass into an empty table."""
    return compose(
        "insert_incoming", table_name=sql.Identifier(table.name), **name_columns(columns)
    )


def name_columns(columns: list[Column]) -> dict[str, sql.Composable]:
    """Name the columns that a pass writes, and those that it takes them from."""
    comma = sql.SQL(", ")
    return {
        "column_names": comma.join(sql.Identifier(column.name) for column in columns),
        "incoming_columns": comma.join(
            sql.Identifier("incoming", column.name) for column in columns
        ),
    }


def count_changes(
    connection: Connection, table: Table, columns: list[Column], guard: sql.Composable
) -> Changes:
    """Count what a merge would insert, update and leave."""
    statement = compose(
        "count_changes",
        table_name=sql.Identifier(table.name),
        key=sql.Identifier(table.key),
        loaded_is_older=guard,
        loaded_differs=compose_difference(table, columns, "incoming"),
    )
    row = connection.execute(statement).fetchone()
    incoming, inserted, updated = row if row else (0, 0, 0)
    return Changes(inserted, updated, incoming - inserted - updated)


def compose_merge(
    table: Table, columns: list[Column], guards: Mapping[str, sql.Composable]
) -> sql.Composed:
    """Compose the upsert of a pass."""
    comma = sql.SQL(", ")
    return compose(
        "merge_incoming",
        table_name=sql.Identifier(table.name),
        key=sql.Identifier(table.key),
        **name_columns(columns),
        assignments=comma.join(
            sql.SQL("{} = {}").format(
                sql.Identifier(column.name), compose_value(column, "excluded")
            )
            for column in list_values(table, columns)
        ),
        loaded_is_older=guards["incoming"],
        loaded_differs=compose_difference(table, columns, "incoming"),
        conflict_is_older=guards["excluded"],
        conflict_differs=compose_difference(table, columns, "excluded"),
    )


def list_values(table: Table, columns: list[Column]) -> list[Column]:
    """Return the columns without the key."""
    return [column for column in columns if column.name != table.key]


def compose_guards(table: Table, takes_older: bool) -> dict[str, sql.Composable]:
    """Compose what a row must be to replace the loaded one, by the name of its relation."""
    return {
        fresh: sql.SQL("true") if takes_older else compose_guard(table, fresh)
        for fresh in ("incoming", "excluded")
    }


def compose_guard(table: Table, fresh: str) -> sql.Composable:
    """Compose the condition that the `fresh` row is no older than the loaded one."""
    if not table.is_versioned:
        return sql.SQL("true")
    return sql.SQL("coalesce({}.updated_at >= loaded.updated_at, true)").format(
        sql.Identifier(fresh)
    )


def compose_difference(table: Table, columns: list[Column], fresh: str) -> sql.Composable:
    """Compose the condition that merging the `fresh` row would change the loaded one."""
    values = list_values(table, columns)
    comma = sql.SQL(", ")
    return sql.SQL("({}) is distinct from ({})").format(
        comma.join(sql.Identifier("loaded", column.name) for column in values),
        comma.join(compose_value(column, fresh) for column in values),
    )


def compose_value(column: Column, fresh: str) -> sql.Composable:
    """Compose the value a column gets when the `fresh` row is merged over the loaded one."""
    given = sql.Identifier(fresh, column.name)
    kept = sql.Identifier("loaded", column.name)
    if column.writer == "either":
        # The engine filled it in when the level began; a level that waits again has not begun.
        return sql.SQL("case when {} = 'PENDING' then {} else coalesce({}, {}) end").format(
            sql.Identifier(fresh, "status"), given, given, kept
        )
    if column.name == "updated_at":
        return sql.SQL("coalesce({}, {})").format(given, kept)
    return given
