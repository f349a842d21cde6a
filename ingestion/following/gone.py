"""Rows that were deleted at the source: what becomes of them here."""

from collections.abc import Sequence

import psycopg
from psycopg import sql

from database.statements import fetch, load_statement
from ingestion.contract import find_table
from ingestion.rows import Chunk
from ingestion.tables import Table

# What a row says that is gone. Alerts and figures refer to requests, levels and people, so they
# stay: a level counts as skipped, for nobody and against nobody. Tables that are not named here,
# and are referred to by nothing that stays, lose the row.
MARKS: dict[str, dict[str, str]] = {
    "users": {"is_active": "false"},
    "workflow_requests": {"is_deleted": "true"},
    "approval_levels": {
        "status": "'SKIPPED'",
        "is_skipped": "true",
        "skipped_at": "now()",
        "skip_reason": "'Deleted at the source'",
    },
    "work_notes": {"is_deleted": "true"},
    "documents": {"is_deleted": "true"},
    "holidays": {"is_active": "false"},
    "delegations": {"is_active": "false"},
}


def mark_gone(connection: psycopg.Connection, table: str, keys: Sequence[str]) -> int:
    """Mark or delete the rows of these keys; return how many were not gone before."""
    if not keys:
        return 0
    parameters = {"table": table, "keys": list(keys)}
    noted = connection.execute(load_statement("ingestion.following", "note_gone"), parameters)
    fresh = [row[0] for row in noted]
    connection.execute(compose_mark(table), {"keys": fresh})
    return len(fresh)


def compose_mark(table: str) -> sql.Composed:
    """Compose the statement that marks rows as gone, or deletes them."""
    contract = find_table(table)
    names = {"table_name": sql.Identifier(table), "key": sql.Identifier(contract.key)}
    marks = dict(MARKS.get(table, {}))
    if not marks:
        text = load_statement("ingestion.following", "delete_gone")
        return sql.SQL(text).format(**names)
    if contract.is_versioned:
        marks["updated_at"] = "now()"
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.SQL(value))
        for column, value in marks.items()
    )
    text = load_statement("ingestion.following", "mark_gone")
    return sql.SQL(text).format(assignments=assignments, **names)


def keep_ours(connection: psycopg.Connection, table: Table) -> None:
    """Keep rows that are here before a table is followed from counting as deleted at the source."""
    statement = sql.SQL(load_statement("ingestion.following", "keep_ours"))
    names = {"table_name": sql.Identifier(table.name), "key": sql.Identifier(table.key)}
    connection.execute(statement.format(**names), {"table": table.name})


def forget_gone(connection: psycopg.Connection, table: str, chunk: Chunk | None) -> None:
    """Forget that rows were gone which the source has again."""
    if chunk is None or not has_gone(connection, table):
        return
    keys = chunk.columns[find_table(table).key]
    statement = load_statement("ingestion.following", "forget_gone")
    connection.execute(statement, {"table": table, "keys": keys})


def has_gone(connection: psycopg.Connection, table: str) -> bool:
    """Whether any row of a table is known to be gone: mostly none is, and pages hold many keys."""
    statement = load_statement("ingestion.following", "has_gone")
    return bool(fetch(connection, statement, {"table": table})[0]["has_gone"])
