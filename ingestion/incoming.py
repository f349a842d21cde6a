"""The rows of one pass while they are in the database's temporary tables.

Good rows stand in `incoming`; those that can't be merged beside the others, or not yet, are moved
to `unmerged`. Both stay in the database, so a pass of a million rows takes no memory here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import Connection, sql
from psycopg.rows import tuple_row

from database.statements import load_statement
from ingestion.contract import find_table
from ingestion.rows import CHUNK_ROWS
from ingestion.tables import Column, Table


@dataclass(frozen=True)
class UnmergedRow:
    """A row that was taken out of a pass, by its place there.

    `columns` name the missing parents; there are none for a duplicate, nor for a row that
    overlaps another. `parent_key` is the first parent's. `key` and `updated_at` are texts that
    PostgreSQL takes.
    """

    row_id: int
    key: str
    updated_at: str | None
    columns: list[str]
    parent_key: str | None
    is_overlap: bool

    @property
    def is_duplicate(self) -> bool:
        """Whether a row at least as new has the same key."""
        return not self.columns and not self.is_overlap


@dataclass(frozen=True)
class UnmergedCounts:
    """How many rows were taken out, and how many of them lack each parent, by column."""

    duplicates: int
    overlaps: int
    waiting: int
    by_column: dict[str, int]


def compose(name: str, **parts: sql.Composable) -> sql.Composed:
    """Fill a statement's braces with identifiers and lists of columns."""
    return sql.SQL(load_statement("ingestion", name)).format(**parts)


def create_incoming(connection: Connection, table: Table) -> None:
    """Create the temporary tables of a pass, with the types and defaults of the contract."""
    definitions = sql.SQL(", ").join(define_column(column) for column in table.accepted_columns)
    connection.execute(load_statement("ingestion", "drop_incoming"))
    connection.execute(compose("create_incoming", column_definitions=definitions))
    connection.execute(load_statement("ingestion", "drop_unmerged"))
    connection.execute(load_statement("ingestion", "create_unmerged"))


def define_column(column: Column) -> sql.Composable:
    """Define a column of a pass; chunks of JSONL may lack one that others have."""
    definition = sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type))
    if column.default is None:
        return definition
    return sql.SQL("{} default {}").format(definition, sql.Literal(column.default))


def take_unmerged(connection: Connection, table: Table) -> UnmergedCounts:
    """Take out all but the newest of each key, then orphans, then what overlaps another row."""
    duplicates = connection.execute(
        compose("take_duplicates", key=sql.Identifier(table.key), version=name_version(table))
    ).rowcount
    by_column = {
        column.name: find_orphans(connection, table, column, ordinal)
        for ordinal, column in enumerate(table.parents)
    }
    waiting = 0
    if any(by_column.values()):
        waiting = connection.execute(load_statement("ingestion", "take_orphans")).rowcount
    return UnmergedCounts(duplicates, take_overlaps(connection, table), waiting, by_column)


def take_overlaps(connection: Connection, table: Table) -> int:
    """Take out the rows whose period overlaps another of the same owner; return how many."""
    if table.period is None:
        return 0
    statement = compose(
        "take_overlaps",
        table_name=sql.Identifier(table.name),
        key=sql.Identifier(table.key),
        version=name_version(table),
        owner=sql.Identifier(table.period.owner),
        starts_at=sql.Identifier(table.period.starts_at),
        ends_at=sql.Identifier(table.period.ends_at),
    )
    taken = 0
    while rows := connection.execute(statement).rowcount:
        taken += rows
    return taken


def find_orphans(connection: Connection, table: Table, column: Column, ordinal: int) -> int:
    """Note the rows whose parent by one column is unknown; return how many there are."""
    statement = compose(
        "find_orphans",
        key=sql.Identifier(table.key),
        version=name_version(table),
        child_column=sql.Identifier(column.name),
        **name_parent(column),
    )
    parameters = {
        "ordinal": ordinal,
        "column_name": column.name,
        "parent": column.parent,
    }
    return connection.execute(statement, parameters).rowcount


def list_unmerged(connection: Connection) -> Iterator[UnmergedRow]:
    """Yield the rows that were taken out, in their order in the pass."""
    with connection.cursor("unmerged", row_factory=tuple_row) as cursor:
        cursor.execute(load_statement("ingestion", "list_unmerged"))
        cursor.itersize = CHUNK_ROWS
        for row in cursor:
            yield UnmergedRow(*row)


def name_parent(column: Column) -> dict[str, sql.Composable]:
    """Return the identifiers of the parent that a column refers to."""
    parent = find_table(column.parent or "")
    return {
        "parent_table": sql.Identifier(parent.name),
        "parent_key": sql.Identifier(parent.key),
    }


def name_version(table: Table) -> sql.Composable:
    """Return the expression of an incoming row's version; null for tables without versions."""
    if table.is_versioned:
        return sql.SQL("incoming.updated_at")
    return sql.SQL("null::timestamptz")
