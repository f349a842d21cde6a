"""An approval app with tables of its own in a schema of the warehouse's database."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from database.roles import retry_when_concurrent
from ingestion.contract import TABLES
from tests.alerts.workflow import january

SCHEMA = "app"
ROLE = "tat_test_app"
# What an app has that the contract only describes: keys that cascade, and columns of its own.
REFERENCES = (
    ("workflow_requests", "initiator_id", "users"),
    ("approval_levels", "request_id", "workflow_requests"),
    ("approval_levels", "approver_id", "users"),
    ("participants", "request_id", "workflow_requests"),
    ("work_notes", "request_id", "workflow_requests"),
    ("work_note_attachments", "note_id", "work_notes"),
    ("documents", "request_id", "workflow_requests"),
    ("activities", "request_id", "workflow_requests"),
    ("level_pauses", "level_id", "approval_levels"),
)
FINGERPRINT = """
    select
        pg_class.relname,
        pg_class.relowner::regrole::text,
        pg_class.relacl::text,
        pg_class.relrowsecurity,
        pg_class.reloptions::text,
        (
            select array_agg((attname, atttypid, attnotnull, attacl::text, attnum)::text)
            from pg_attribute
            where attrelid = pg_class.oid
        ),
        (
            select array_agg(pg_get_triggerdef(oid) || tgenabled::text order by tgname)
            from pg_trigger
            where tgrelid = pg_class.oid and not tgisinternal
        ),
        (
            select array_agg(conname || pg_get_constraintdef(oid) order by conname)
            from pg_constraint
            where conrelid = pg_class.oid
        ),
        (
            select array_agg(indexrelid::regclass::text order by indexrelid)
            from pg_index
            where indrelid = pg_class.oid
        ),
        obj_description(pg_class.oid)
    from pg_class
    where pg_class.relnamespace = %(schema)s::regnamespace
    order by pg_class.relname
"""


def create_app(admin: psycopg.Connection) -> None:
    """Create the app's role, schema and tables; `admin` is a superuser in autocommit mode."""
    retry_when_concurrent(partial(make_role, admin))
    parts = {"schema": sql.Identifier(SCHEMA), "role": sql.Identifier(ROLE)}
    admin.execute(sql.SQL("create schema {schema} authorization {role}").format(**parts))
    for table in TABLES:
        name = sql.Identifier(table.name)
        admin.execute(
            sql.SQL(
                "create table {schema}.{name} (like workflow.{name} including defaults"
                " including constraints including indexes)"
            ).format(name=name, **parts)
        )
        owner = sql.SQL("alter table {schema}.{name} owner to {role}").format(name=name, **parts)
        admin.execute(owner)
    for table_name, column, parent in REFERENCES:
        admin.execute(
            sql.SQL(
                "alter table {schema}.{table} add foreign key ({column})"
                " references {schema}.{parent} on delete cascade"
            ).format(
                table=sql.Identifier(table_name),
                column=sql.Identifier(column),
                parent=sql.Identifier(parent),
                **parts,
            )
        )


def make_role(admin: psycopg.Connection) -> None:
    """Create the app's role, which the databases of all tests share, if it is missing."""
    if not admin.execute("select 1 from pg_roles where rolname = %s", (ROLE,)).fetchone():
        admin.execute(sql.SQL("create role {} nologin").format(sql.Identifier(ROLE)))


def lend_role(admin: psycopg.Connection, login: str) -> None:
    """Let a login act for the app's role."""
    grant = sql.SQL("grant {} to {}").format(sql.Identifier(ROLE), sql.Identifier(login))
    retry_when_concurrent(partial(admin.execute, grant))


def create_tables(admin: psycopg.Connection) -> None:
    """Create the tables of an app that shares nothing with the warehouse."""
    admin.execute(sql.SQL("create schema {}").format(sql.Identifier(SCHEMA)))
    for table in TABLES:
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type))
            for column in table.accepted_columns
        )
        admin.execute(
            sql.SQL("create table {} ({}, primary key ({}))").format(
                sql.Identifier(SCHEMA, table.name), columns, sql.Identifier(table.key)
            )
        )


def read_fingerprint(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    """All that the catalog says of the app's tables and indexes."""
    return connection.execute(FINGERPRINT, {"schema": SCHEMA}).fetchall()


@dataclass
class App:
    """The app at work, on a connection that has the app's rights alone."""

    connection: psycopg.Connection

    def add_user(self, **columns: Any) -> UUID:
        """Insert a user; return its id."""
        defaults = {
            "email": f"{uuid4().hex[:8]}@example.com",
            "display_name": "Someone",
            "updated_at": january(5, 14),
        }
        return self.insert("users", "user_id", defaults | columns)

    def add_request(self, initiator_id: UUID, **columns: Any) -> UUID:
        """Insert a request in progress; return its id."""
        defaults = {
            "request_number": f"REQ-{uuid4().hex[:8]}",
            "initiator_id": initiator_id,
            "title": "Laptop for a new colleague",
            "priority": "STANDARD",
            "status": "IN_PROGRESS",
            "created_at": january(5, 14),
            "updated_at": january(5, 14),
        }
        return self.insert("workflow_requests", "request_id", defaults | columns)

    def add_level(self, request_id: UUID, approver_id: UUID, **columns: Any) -> UUID:
        """Insert a level of 16 h in progress since Monday 14:00; return its id."""
        defaults = {
            "request_id": request_id,
            "level_number": 1,
            "approver_id": approver_id,
            "status": "IN_PROGRESS",
            "tat_hours": 16,
            "level_start_time": january(5, 14),
            "tat_start_time": january(5, 14),
            "created_at": january(5, 14),
            "updated_at": january(5, 14),
        }
        return self.insert("approval_levels", "level_id", defaults | columns)

    def insert(self, table: str, key: str, columns: dict[str, Any]) -> UUID:
        """Insert one row; return its key."""
        row_key = uuid4()
        values = {key: row_key, **columns}
        self.connection.execute(
            sql.SQL("insert into {} ({}) values ({})").format(
                sql.Identifier(SCHEMA, table),
                sql.SQL(", ").join(map(sql.Identifier, values)),
                sql.SQL(", ").join(map(sql.Placeholder, values)),
            ),
            values,
        )
        return row_key
