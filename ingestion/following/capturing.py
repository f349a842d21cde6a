"""Triggers on the app's own tables that note which rows a statement changed.

They note a row's key in tat.source_change, in the transaction of the change, and hold no logic.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from psycopg import errors, sql

from database.connect import DatabaseError
from database.statements import Row, fetch, load_statement
from ingestion.following.keys import OwnKeys

# A trigger can't be put on a table while somebody writes it, and whoever comes next waits too.
LOCK_TIMEOUT = "2s"
ATTEMPTS = 10
PAUSE_SECONDS = 1.0
EVENTS = {
    "insert": "referencing new table as changed_rows",
    "update": "referencing old table as old_rows new table as new_rows",
    "delete": "referencing old table as changed_rows",
    "truncate": "",
}
# Only plain tables have triggers with transition tables that see every write.
KINDS = {
    "p": "is partitioned: what is written to a partition itself would not be noticed",
    "v": "is a view: what is written to the tables below would not be noticed",
    "m": "is a materialized view",
    "f": "is a foreign table: what is written on its own server would not be noticed",
}
ELSEWHERE = "Set TAT_SOURCE_URL to have it read every minute instead."


@dataclass(frozen=True)
class Capture:
    """A table of the app, the contract's table whose rows it holds, and its key column.

    Without a key, any row of the contract's table may have changed. Copies that PostgreSQL
    replicates fire `per_row` triggers only. `keys` say how rows are read by keys that are not the
    contract's.
    """

    schema: str
    name: str
    table: str
    key: str | None
    per_row: bool = False
    keys: OwnKeys | None = None

    @property
    def relation(self) -> sql.Identifier:
        """The table's quoted name."""
        return sql.Identifier(self.schema, self.name)

    @property
    def arguments(self) -> list[str]:
        """What the triggers are given."""
        return [self.table, self.key] if self.key else [self.table]

    @property
    def triggers(self) -> dict[str, tuple[str, str, str]]:
        """Event, transition tables and level of each trigger, by the trigger's name."""
        if self.per_row:
            return {
                f"tat_{self.table}_row": ("insert or update or delete", "", "row"),
                f"tat_{self.table}_truncate": ("truncate", "", "statement"),
            }
        return {
            f"tat_{self.table}_{event}": (event, tables, "statement")
            for event, tables in EVENTS.items()
        }


def compose(name: str, **parts: sql.Composable) -> sql.Composed:
    """Fill a statement's braces."""
    return sql.SQL(load_statement("ingestion.following", name)).format(**parts)


@dataclass(frozen=True)
class Trigger:
    """One of our triggers as it stands on a table."""

    schema: str
    relation: str
    name: str
    arguments: tuple[str, ...]
    is_always: bool


def list_triggers(connection: psycopg.Connection) -> list[Trigger]:
    """Return all our triggers that stand on tables of this database, by table and name."""
    rows = fetch(connection, load_statement("ingestion.following", "list_captures"))
    return [
        Trigger(
            row["schema_name"],
            row["relation_name"],
            row["trigger_name"],
            tuple(bytes(row["arguments"]).decode().split("\0")[:-1]),
            row["is_always"],
        )
        for row in rows
    ]


def find_uncaptured(connection: psycopg.Connection, captures: Iterable[Capture]) -> list[Capture]:
    """Return those that lack a trigger, or whose trigger was made for another table or turned off.

    An app that makes a table anew drops its triggers with it.
    """
    there = {
        (trigger.schema, trigger.relation, trigger.name, trigger.arguments)
        for trigger in list_triggers(connection)
        if trigger.is_always
    }
    return [
        capture
        for capture in captures
        if any(
            (capture.schema, capture.name, name, tuple(capture.arguments)) not in there
            for name in capture.triggers
        )
    ]


def find_present(connection: psycopg.Connection, captures: Iterable[Capture]) -> list[Capture]:
    """Return those whose table the app has, after a look at whether triggers can stand on it.

    Raises DatabaseError with what is in the way.
    """
    found = []
    for capture in captures:
        parameters = {"schema": capture.schema, "name": capture.name}
        statement = load_statement("ingestion.following", "describe_relation")
        for relation in fetch(connection, statement, parameters):
            refuse_unfit(connection, capture, relation)
            found.append(capture)
    return found


def refuse_unfit(connection: psycopg.Connection, capture: Capture, relation: Row) -> None:
    """Raise DatabaseError where triggers on a table would not see all, or might not be dropped."""
    name = f"{capture.schema}.{capture.name}"
    if relation["kind"] in KINDS:
        raise DatabaseError(f"{name} {KINDS[relation['kind']]}. {ELSEWHERE}")
    if not relation["is_owned"]:
        grant = sql.SQL("grant {} to {}").format(
            sql.Identifier(relation["owner"]), sql.Identifier(connection.info.user)
        )
        raise DatabaseError(
            f"{name} belongs to {relation['owner']}, and only its owner may drop a trigger again. "
            f"Ask an administrator to run:\n  {grant.as_string(connection)};"
        )
    if relation["hides_rows"]:
        raise DatabaseError(
            f"Row security hides rows of {name} from {connection.info.user}. Let this login bypass "
            "it, or exempt the owner from it (alter table ... no force row level security)."
        )


def start_capture(connection: psycopg.Connection, captures: Iterable[Capture]) -> list[Capture]:
    """Put the triggers on the tables that lack them, one table at a time; return those tables.

    `connection` is in autocommit mode. Waits for transactions that write a table, each time for
    two seconds at most, so that the app's writes never queue up behind it for longer. Raises
    DatabaseError when a table was being written all the time.
    """
    lacking = find_uncaptured(connection, captures)
    for capture in lacking:
        change_table(connection, capture.relation, compose_start(capture))
    return lacking


def stop_capture(connection: psycopg.Connection) -> list[str]:
    """Drop all our triggers; return the tables that had some, such as "public.users".

    Waits as `start_capture` does.
    """
    tables: dict[tuple[str, str], list[sql.Composed]] = {}
    for trigger in list_triggers(connection):
        relation = sql.Identifier(trigger.schema, trigger.relation)
        drop = compose("drop_trigger", trigger=sql.Identifier(trigger.name), relation=relation)
        tables.setdefault((trigger.schema, trigger.relation), []).append(drop)
    for name, statements in tables.items():
        change_table(connection, sql.Identifier(*name), statements)
    return [".".join(name) for name in tables]


def compose_start(capture: Capture) -> list[sql.Composed]:
    """Compose the statements that put the triggers on a table, also where one of them is there."""
    statements = []
    for name, (event, transition_tables, level) in capture.triggers.items():
        trigger = sql.Identifier(name)
        create = compose(
            "create_trigger",
            trigger=trigger,
            relation=capture.relation,
            event=sql.SQL(event),
            transition_tables=sql.SQL(transition_tables),
            level=sql.SQL(level),
            arguments=sql.SQL(", ").join(map(sql.Literal, capture.arguments)),
        )
        enable = compose("enable_trigger", trigger=trigger, relation=capture.relation)
        statements += [create, enable]
    return statements


def change_table(
    connection: psycopg.Connection, relation: sql.Identifier, statements: list[sql.Composed]
) -> None:
    """Run the statements in one transaction, again and again while the table is being written."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with connection.transaction():
                connection.execute("select set_config('lock_timeout', %s, true)", (LOCK_TIMEOUT,))
                for statement in statements:
                    connection.execute(statement)
            return
        except errors.LockNotAvailable as error:
            if attempt == ATTEMPTS:
                raise DatabaseError(
                    f"A transaction has kept {relation.as_string(connection)} busy for"
                    f" {ATTEMPTS * 3} s. Try again when it has ended."
                ) from error
        time.sleep(PAUSE_SECONDS)
