"""The approval app's own database, as the app writes it and as a reader of it may see it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.json import Jsonb

from database.connect import Database, connect_as_superuser
from database.statements import fetch
from ingestion.contract import TABLES, find_table
from ingestion.following.follow import follow_source
from ingestion.following.rounds import FollowReport
from ingestion.following.tables import SourceTable, read_contract_tables
from ingestion.refusal import USUAL, Tolerance
from tests.ingestion.bundles import Row, Rows, build_rows

SCHEMA = "app"
NONE = timedelta(0)
PASSWORD = "p@ss w/rd:%?"
# Rows that the engine writes too, or that say when they were changed here.
NOT_OURS = {"level_start_time", "tat_start_time"}


@dataclass
class App:
    """The app's database: `connection` is the app's own, `url` that of somebody who may read."""

    connection: psycopg.Connection
    database: Database
    url: str

    @property
    def tables(self) -> tuple[SourceTable, ...]:
        """The tables that are followed."""
        return read_contract_tables(SCHEMA)

    def insert(self, rows: Rows) -> None:
        """Write rows in one transaction."""
        with self.connection.transaction():
            for table, records in rows.items():
                self.insert_into(table, records)

    def insert_into(self, table: str, records: list[Row]) -> None:
        """Write rows of one table; what they lack is the column's default."""
        for record in records:
            given = {
                name: Jsonb(value) if isinstance(value, dict) else value
                for name, value in record.items()
                if value is not None
            }
            self.connection.execute(
                sql.SQL("insert into app.{} ({}) values ({})").format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(map(sql.Identifier, given)),
                    sql.SQL(", ").join(map(sql.Placeholder, given)),
                ),
                given,
            )

    def run(self, statement: str, *parameters: Any) -> int:
        """Run a statement as the app does; return how many rows it touched."""
        return self.connection.execute(statement.encode(), parameters).rowcount

    def delete(self, table: str) -> int:
        """Delete all rows of a table; return how many there were."""
        statement = sql.SQL("delete from app.{}").format(sql.Identifier(table))
        return self.connection.execute(statement).rowcount

    def revoke(self, table: str) -> None:
        """Take the right to read a table from the reader."""
        reader = str(conninfo_to_dict(self.url)["user"])
        statement = sql.SQL("revoke select on app.{} from {}")
        self.connection.execute(statement.format(sql.Identifier(table), sql.Identifier(reader)))

    def fill(self) -> None:
        """Write one or two good rows for each table."""
        self.insert(build_rows())


def make_tables(database: Database) -> str:
    """Make the contract's tables in a schema of the app's own; return the address of a reader."""
    assert database.home is not None
    reader = f"reader_{uuid4().hex[:8]}"
    with connect_as_superuser(database.home, database.name) as admin:
        admin.execute("create schema app authorization turnaround")
        for table in TABLES:
            name = sql.Identifier(table.name)
            like = sql.SQL("create table app.{} (like workflow.{} including all)")
            admin.execute(like.format(name, name))
            admin.execute(sql.SQL("alter table app.{} owner to turnaround").format(name))
        login, name = sql.Identifier(reader), sql.Identifier(database.name)
        create = sql.SQL("create role {} login password {}")
        admin.execute(create.format(login, sql.Literal(PASSWORD)))
        admin.execute(sql.SQL("grant connect on database {} to {}").format(name, login))
        admin.execute(sql.SQL("grant usage on schema app to {}").format(login))
        admin.execute(sql.SQL("grant select on all tables in schema app to {}").format(login))
    return replace(database, user=reader, password=PASSWORD, home=None).url()


@contextmanager
def build_app(database: Database) -> Iterator[App]:
    """An app in a database, with a login that may read it and is dropped in the end."""
    url = make_tables(database)
    reader = sql.Identifier(str(conninfo_to_dict(url)["user"]))
    try:
        with psycopg.connect(database.conninfo(), autocommit=True) as connection:
            yield App(connection, database, url)
    finally:
        assert database.home is not None
        with connect_as_superuser(database.home, database.name) as admin:
            admin.execute(sql.SQL("drop owned by {}").format(reader))
            admin.execute(sql.SQL("drop role {}").format(reader))


@dataclass
class Follower:
    """Follows an app into a warehouse."""

    warehouse: psycopg.Connection
    app: App

    def follow(
        self,
        *,
        seconds: float = 20,
        overlap: timedelta = NONE,
        tolerance: Tolerance | None = USUAL,
    ) -> FollowReport:
        """Run one round."""
        return follow_source(
            self.warehouse,
            self.app.url,
            self.app.tables,
            seconds=seconds,
            overlap=overlap,
            tolerance=tolerance,
        )

    def read(self, query: str, *parameters: Any) -> Any:
        """The only value of a query to the warehouse."""
        row = self.warehouse.execute(query.encode(), parameters).fetchone()
        assert row is not None
        return row[0]

    def count(self, table: str, condition: LiteralString = "true") -> int:
        """How many rows of a table there are in the warehouse that meet the condition."""
        query = sql.SQL("select count(*) as rows from workflow.{} where {}")
        parts = sql.Identifier(table), sql.SQL(condition)
        return int(fetch(self.warehouse, query.format(*parts))[0]["rows"])

    def list_differences(self) -> dict[str, tuple[list[Row], list[Row]]]:
        """The rows that only one side has, by table."""
        found = {}
        for table in TABLES:
            there = list_rows(self.app.connection, SCHEMA, table.name)
            here = list_rows(self.warehouse, "workflow", table.name)
            if there != here:
                found[table.name] = (
                    [row for row in there if row not in here],
                    [row for row in here if row not in there],
                )
        return found


def list_rows(connection: psycopg.Connection, schema: str, table: str) -> list[Row]:
    """What the source gives of a table's rows, by key."""
    contract = find_table(table)
    columns = [column.name for column in contract.accepted_columns if column.name not in NOT_OURS]
    query = sql.SQL("select {} from {} order by 1").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(schema, table)
    )
    return fetch(connection, query)
