"""What is known of the source from one minute to the next: `tat.source`, `tat.source_table`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from database.statements import fetch, load_statement
from ingestion.following.gone import keep_ours
from ingestion.following.horizon import Look
from ingestion.following.pages import Place
from ingestion.following.shape import Shape
from ingestion.following.tables import SourceTable


@dataclass(frozen=True)
class TableState:
    """How far one table was read. Instants are texts as PostgreSQL writes them.

    `place` is where a reading that is under way stands: in the order of keys until the table
    `is_loaded`, then in the order of changes since `read_from`. `writes` is what the source had
    counted of writes when the table was compared last; it `is_due` again after an hour. `columns`
    are those that it had.
    """

    table: str
    is_loaded: bool
    place: Place | None
    read_from: str | None
    rows_loaded: int
    writes: int | None
    is_due: bool
    columns: list[str] | None
    fault: str | None
    allows_loss: bool


def run(connection: psycopg.Connection, name: str, **parameters: Any) -> int:
    """Run a statement of following; return how many rows it touched."""
    return connection.execute(load_statement("ingestion.following", name), parameters).rowcount


def read_look(connection: psycopg.Connection) -> Look | None:
    """Return how the source was last seen; None before the first look."""
    rows = fetch(connection, load_statement("ingestion.following", "read_look"))
    if not rows:
        return None
    began = {name: datetime.fromisoformat(at) for name, at in rows[0]["open_transactions"].items()}
    return Look(rows[0]["read_at"], rows[0]["server"], began, None)


def read_states(connection: psycopg.Connection, overlap: timedelta) -> dict[str, TableState]:
    """Return how far each table was read, by name; what changed `overlap` before is read again."""
    statement = load_statement("ingestion.following", "list_states")
    rows = fetch(connection, statement, {"overlap": overlap})
    return {row["table_name"]: build_state(row) for row in rows}


def build_state(row: dict[str, Any]) -> TableState:
    """Turn a row into a state."""
    key, at = row["reached_key"], row["reached_at"]
    return TableState(
        table=row["table_name"],
        is_loaded=row["is_loaded"],
        place=Place(key, at) if key else None,
        read_from=row["read_from"],
        rows_loaded=row["rows_loaded"],
        writes=row["writes"],
        is_due=row["is_due"],
        columns=row["columns"],
        fault=row["fault"],
        allows_loss=row["allows_loss"],
    )


def note_look(
    connection: psycopg.Connection, address: str, look: Look, before: Look | None
) -> None:
    """Note a look at the source, and since when each table must be read again for it."""
    began = {name: at.isoformat() for name, at in look.open.items()}
    run(
        connection,
        "note_look",
        address=address,
        server=look.server,
        read_at=look.read_at,
        open_transactions=Jsonb(began),
    )
    run(connection, "reopen_tables", reopened=look.reopened)
    if before is not None and (look.server != before.server or look.read_at < before.read_at):
        # Restarted, replaced by a replica or restored: what was read may never have been.
        run(connection, "distrust_tables")


def forget_other_relations(connection: psycopg.Connection, tables: Iterable[SourceTable]) -> None:
    """Begin anew with tables that are read from another relation than before."""
    for table in tables:
        run(connection, "forget_other_relation", table=table.table, relation=table.relation)


def note_shape(connection: psycopg.Connection, shape: Shape, look: Look) -> list[str]:
    """Note the columns of a table and its fault; return those columns that are new and unknown.

    Of a table that was not followed before, the rows that are here already are noted as well.
    """
    parameters = {
        "table": shape.table.name,
        "relation": shape.source.relation,
        "columns": None if shape.fault else list(shape.columns),
        "other_columns": list(shape.others),
        "fault": shape.fault,
        "read_at": look.read_at,
    }
    (noted,) = fetch(connection, load_statement("ingestion.following", "note_shape"), parameters)
    if noted["is_new"]:
        keep_ours(connection, shape.table)
    return list(noted["fresh_columns"])


def note_fault(connection: psycopg.Connection, table: str, fault: str) -> None:
    """Note why a table is not followed."""
    run(connection, "note_fault", table=table, fault=fault)


def move_place(
    connection: psycopg.Connection, table: str, place: Place | None, rows: int, is_through: bool
) -> None:
    """Note that rows up to a place are loaded; a reading that is through begins anew next time."""
    run(
        connection,
        "move_place",
        table=table,
        changed_at=place.changed_at if place else None,
        key=place.key if place else None,
        rows=rows,
        is_through=is_through,
    )


def note_followed(connection: psycopg.Connection) -> None:
    """Note that everything that had changed is loaded."""
    run(connection, "note_followed")


def note_failure(connection: psycopg.Connection, address: str, failure: str) -> None:
    """Note that the source did not answer, and why; since when stays as it is."""
    run(connection, "note_failure", address=address, failure=failure)


def note_compared(
    connection: psycopg.Connection, table: str, writes: int | None, held_back: str | None
) -> None:
    """Note that a table was compared, and why rows are held back that the source has no more."""
    run(connection, "note_compared", table=table, writes=writes, held_back=held_back)


def note_advice(connection: psycopg.Connection, table: str, advice: str | None) -> None:
    """Note what would spare the source work."""
    run(connection, "note_advice", table=table, advice=advice)


def accept_table(connection: psycopg.Connection, table: str) -> bool:
    """Take a table as it is at the source now; return whether such a table is followed."""
    return run(connection, "accept_table", table=table) > 0
