"""Merging the rows of one pass into their table: set-based, and nothing written that is equal."""

from collections.abc import Collection
from typing import NamedTuple

from psycopg import Connection, sql

from ingestion.contract import Column, Table
from ingestion.incoming import compose


class Changes(NamedTuple):
    """What a merge did, or in a dry run would do."""

    inserted: int
    updated: int
    unchanged: int


def merge_incoming(
    connection: Connection, table: Table, given: Collection[str], *, is_dry_run: bool
) -> Changes:
    """Land what is new or differs in the `given` columns; return what changed.

    An older version never replaces a newer one; that and equal rows count as unchanged.
    """
    columns = [column for column in table.accepted_columns if column.name in given]
    if not columns:
        # The source has no rows at all.
        return Changes(0, 0, 0)
    changes = count_changes(connection, table, columns)
    if is_dry_run or not (changes.inserted or changes.updated):
        return changes
    row = connection.execute(compose_merge(table, columns)).fetchone()
    inserted, updated = row if row else (0, 0)
    return Changes(inserted, updated, sum(changes) - inserted - updated)


def count_changes(connection: Connection, table: Table, columns: list[Column]) -> Changes:
    """Count what a merge would insert, update and leave."""
    statement = compose(
        "count_changes",
        table_name=sql.Identifier(table.name),
        key=sql.Identifier(table.key),
        landed_is_older=compose_guard(table, "incoming"),
        landed_differs=compose_difference(table, columns, "incoming"),
    )
    row = connection.execute(statement).fetchone()
    incoming, inserted, updated = row if row else (0, 0, 0)
    return Changes(inserted, updated, incoming - inserted - updated)


def compose_merge(table: Table, columns: list[Column]) -> sql.Composed:
    """Compose the upsert of a pass."""
    comma = sql.SQL(", ")
    return compose(
        "merge_incoming",
        table_name=sql.Identifier(table.name),
        key=sql.Identifier(table.key),
        column_names=comma.join(sql.Identifier(column.name) for column in columns),
        incoming_columns=comma.join(sql.Identifier("incoming", column.name) for column in columns),
        assignments=comma.join(
            sql.SQL("{} = {}").format(
                sql.Identifier(column.name), compose_value(column, "excluded")
            )
            for column in list_values(table, columns)
        ),
        landed_is_older=compose_guard(table, "incoming"),
        landed_differs=compose_difference(table, columns, "incoming"),
        conflict_is_older=compose_guard(table, "excluded"),
        conflict_differs=compose_difference(table, columns, "excluded"),
    )


def list_values(table: Table, columns: list[Column]) -> list[Column]:
    """Return the columns without the key."""
    return [column for column in columns if column.name != table.key]


def compose_guard(table: Table, fresh: str) -> sql.Composable:
    """Compose the condition that the `fresh` row is no older than the landed one."""
    if not table.is_versioned:
        return sql.SQL("true")
    return sql.SQL("coalesce({}.updated_at >= landed.updated_at, true)").format(
        sql.Identifier(fresh)
    )


def compose_difference(table: Table, columns: list[Column], fresh: str) -> sql.Composable:
    """Compose the condition that merging the `fresh` row would change the landed one."""
    values = list_values(table, columns)
    comma = sql.SQL(", ")
    return sql.SQL("({}) is distinct from ({})").format(
        comma.join(sql.Identifier("landed", column.name) for column in values),
        comma.join(compose_value(column, fresh) for column in values),
    )


def compose_value(column: Column, fresh: str) -> sql.Composable:
    """Compose the value a column gets when the `fresh` row is merged over the landed one."""
    given = sql.Identifier(fresh, column.name)
    kept = sql.Identifier("landed", column.name)
    if column.writer == "either":
        # The engine filled it in when the level began; a level that waits again has not begun.
        return sql.SQL("case when {} = 'PENDING' then {} else coalesce({}, {}) end").format(
            sql.Identifier(fresh, "status"), given, given, kept
        )
    if column.name == "updated_at":
        return sql.SQL("coalesce({}, {})").format(given, kept)
    return given
