"""A schema of the warehouse's own database, whose tables are followed by triggers on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import psycopg

from database.connect import DatabaseError
from database.roles import OWN_SCHEMAS, leave_search_path
from database.statements import fetch, load_statement
from ingestion.contract import find_table
from ingestion.following.capturing import Capture, find_present, start_capture, stop_capture
from ingestion.following.shape import NEEDED
from ingestion.following.tables import SourceTable


@dataclass(frozen=True)
class Adoption:
    """The schema that is followed, and whether its tables are replicated copies."""

    schema: str
    is_replicated: bool


def read_adoption(connection: psycopg.Connection) -> Adoption | None:
    """Return the schema that is followed by triggers; None where there is none."""
    for row in fetch(connection, load_statement("ingestion.following", "read_adopted")):
        return Adoption(row["schema_name"], row["is_replicated"])
    return None


def list_captures(adoption: Adoption, tables: Iterable[SourceTable]) -> list[Capture]:
    """Return what is to be noted of the app's tables, which are the contract's."""
    return [
        Capture(
            adoption.schema,
            table.table,
            table.table,
            find_table(table.table).key,
            per_row=adoption.is_replicated,
        )
        for table in tables
    ]


def adopt_schema(
    login: psycopg.Connection, owner: psycopg.Connection, captures: Sequence[Capture], schema: str
) -> list[Capture]:
    """Have the changes of the app's tables noted from now on; return the tables that are there.

    `login` may act for the owner of the app's tables, `owner` is in the role tat_owner; both are
    in autocommit mode. Triggers come first: what changes while the tables are loaded is noted.
    Raises DatabaseError.
    """
    refuse_own_schema(owner, schema)
    present = find_present(login, captures)
    missing = sorted(set(NEEDED) - {capture.table for capture in present})
    if missing:
        raise DatabaseError(
            f"The schema {schema} lacks {', '.join(missing)}: nothing can be watched without. "
            "Name the schema in which the app's tables stand."
        )
    leave_search_path(login)
    try:
        fresh = start_capture(login, present)
    except BaseException:
        # Nobody would read what some of the tables note.
        if read_adoption(owner) is None:
            stop_capture(login)
        raise
    with owner.transaction():
        doubt_tables(owner, fresh)
        note_adoption(owner, Adoption(schema, is_replicated=False))
    return present


def doubt_tables(owner: psycopg.Connection, captures: Iterable[Capture]) -> None:
    """Have tables compared of which nothing was noted until now, but which were loaded before."""
    tables = [capture.table for capture in captures]
    owner.execute(load_statement("ingestion.following", "doubt_tables"), {"tables": tables})


def note_adoption(owner: psycopg.Connection, adoption: Adoption) -> None:
    """Follow a schema from now on."""
    owner.execute(load_statement("ingestion.following", "note_adopted"), vars(adoption))


def refuse_own_schema(owner: psycopg.Connection, schema: str) -> None:
    """Raise DatabaseError where a schema is the product's own, or another is followed already."""
    if schema in OWN_SCHEMAS:
        raise DatabaseError(f"{schema} is a schema of Turnaround's own; name the app's.")
    adopted = read_adoption(owner)
    if adopted and adopted.schema != schema:
        raise DatabaseError(
            f"The schema {adopted.schema} is followed already; `tat source release` ends that."
        )


def release_schema(login: psycopg.Connection, owner: psycopg.Connection) -> list[str]:
    """Take all triggers off the app's tables; return those tables, such as "public.users".

    What was loaded stays. Raises DatabaseError.
    """
    released = stop_capture(login)
    forget_adoption(owner)
    return released


def forget_adoption(owner: psycopg.Connection) -> None:
    """Follow no schema by triggers any more."""
    owner.execute(load_statement("ingestion.following", "forget_adopted"))
