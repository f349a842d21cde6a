"""The source's side: which tables are published, and whether the server allows it."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import errors, sql

from database.connect import DatabaseError
from database.statements import Row, fetch
from ingestion.replicating import PUBLICATION, load


@dataclass(frozen=True)
class PublishedTable:
    """A table of the source: its columns with the type that a copy has, and its primary key."""

    schema: str
    name: str
    columns: dict[str, str]
    keys: list[str]

    @property
    def relation(self) -> sql.Identifier:
        """The quoted name, the same on both sides."""
        return sql.Identifier(self.schema, self.name)


def publish_tables(
    source: psycopg.Connection, schema: str, names: Sequence[str]
) -> list[PublishedTable]:
    """Have these tables published, those of them that the source has, and return them.

    `source` is in autocommit mode. Raises DatabaseError with what an administrator of the source
    has to run.
    """
    refuse_unfit_server(source)
    tables = describe_tables(source, schema, names)
    parameters = {"publication": PUBLICATION}
    published = fetch(source, load("list_published_tables"), parameters)
    there = {(row["schema_name"], row["table_name"]) for row in published}
    missing = [table for table in tables if (table.schema, table.name) not in there]
    if missing:
        run_at_source(source, compose_publication(missing, is_new=not there))
    return tables


def refuse_unfit_server(source: psycopg.Connection) -> Row:
    """Raise DatabaseError where the source's server does not let this login replicate."""
    (server,) = fetch(source, load("describe_publisher"))
    if server["is_replica"]:
        raise DatabaseError("The source is a replica itself; name its primary in TAT_SOURCE_URL.")
    if server["wal_level"] != "logical":
        raise DatabaseError(
            f"The source's server writes its log for {server['wal_level']} use. Ask its "
            "administrator to run, and to restart it:\n  alter system set wal_level = 'logical';"
        )
    if not server["may_replicate"]:
        login = sql.Identifier(source.info.user).as_string(source)
        raise DatabaseError(
            f"The login {source.info.user} may not replicate. Ask an administrator of the source "
            f"to run:\n  alter role {login} replication;"
        )
    return server


def describe_tables(
    source: psycopg.Connection, schema: str, names: Sequence[str]
) -> list[PublishedTable]:
    """Return the tables that the source has. Raises DatabaseError where one lacks a primary key.

    Published without, the source would refuse to change its own rows.
    """
    tables: dict[str, PublishedTable] = {}
    parameters = {"schema": schema, "tables": list(names)}
    for row in fetch(source, load("list_published_columns"), parameters):
        table = PublishedTable(schema, row["table_name"], {}, [])
        table = tables.setdefault(row["table_name"], table)
        table.columns[row["column_name"]] = row["type_name"]
        if row["is_key"]:
            table.keys.append(row["column_name"])
    keyless = [table.name for table in tables.values() if not table.keys]
    if keyless:
        raise DatabaseError(
            f"{', '.join(keyless)} of {schema} have no primary key: once published, their rows "
            "could no longer be changed at the source. Give them one, or follow by TAT_SOURCE_URL."
        )
    if not tables:
        raise DatabaseError(f"The source has none of the app's tables in the schema {schema}.")
    return list(tables.values())


def compose_publication(tables: Sequence[PublishedTable], *, is_new: bool) -> sql.Composed:
    """Compose the statement that publishes tables, as a new publication or as more of it."""
    names = sql.SQL(", ").join(table.relation for table in tables)
    publication = sql.Identifier(PUBLICATION)
    if is_new:
        return sql.SQL(load("create_publication")).format(publication=publication, tables=names)
    return sql.SQL("alter publication {} add table {}").format(publication, names)


def run_at_source(source: psycopg.Connection, statement: sql.Composed) -> None:
    """Run a statement, or raise DatabaseError with it for an administrator of the source."""
    try:
        source.execute(statement)
    except errors.InsufficientPrivilege as error:
        raise DatabaseError(
            f"The login {source.info.user} may not do that at the source "
            f"({error.diag.message_primary}). Ask an administrator of the source to run, in its "
            f"database:\n  {statement.as_string(source).strip()};"
        ) from error


def withdraw_tables(source: psycopg.Connection) -> bool:
    """Publish nothing any more; return whether this login may see to that."""
    statement = sql.SQL(load("drop_publication")).format(publication=sql.Identifier(PUBLICATION))
    try:
        source.execute(statement)
    except errors.InsufficientPrivilege:
        return False
    return True
