"""Who writes a table: the source, where it is followed, or people here."""

import psycopg

from database.statements import fetch, load_statement


class FollowedTableError(ValueError):
    """A table is the source's: what is written here would be taken away again."""


def refuse_followed(connection: psycopg.Connection, table: str) -> None:
    """Raise FollowedTableError if rows of a table come from the source."""
    statement = load_statement("ingestion.following", "read_owner")
    for row in fetch(connection, statement, {"table": table}):
        raise FollowedTableError(
            f"{table} are those of the source ({row['address']}): change them there, and they are "
            "known here within a minute."
        )
