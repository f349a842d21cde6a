"""The warehouse's side: the copies of the source's tables, and what keeps them so."""

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import psycopg
from psycopg import errors, sql

from database.connect import DatabaseError
from database.roles import OWN_SCHEMAS, OWNER
from database.statements import Row, fetch
from ingestion.replicating import PUBLICATION, SUBSCRIPTION, load
from ingestion.replicating.publishing import PublishedTable

LOOK_EVERY_SECONDS = 1.0

Progress = Callable[[int], None]


def create_copies(admin: psycopg.Connection, tables: Sequence[PublishedTable], server: str) -> None:
    """Make empty copies of the source's tables, of the same names, where they are missing.

    `admin` may create subscriptions. Raises DatabaseError where tables of others have their names,
    or the source is on this very server, `server` being which one that is.
    """
    schema = tables[0].schema
    here = describe_warehouse(admin, tables)
    if here["server"] == server:
        raise DatabaseError(
            "The source is a database of this very server, which can't subscribe to itself: follow "
            "it by TAT_SOURCE_URL."
        )
    if schema in OWN_SCHEMAS:
        raise DatabaseError(
            f"A copy has the name of its original, and {schema} is a schema of Turnaround's own."
        )
    if here["present"] and describe_subscription(admin) is None:
        raise DatabaseError(
            f"{schema} has tables named {', '.join(here['present'])} here, and copies need these "
            "names. Rename them, or use another database for the warehouse."
        )
    with admin.transaction():
        if not here["has_schema"]:
            create = sql.SQL("create schema {} authorization {}")
            admin.execute(create.format(sql.Identifier(schema), sql.Identifier(OWNER)))
        for table in tables:
            if table.name not in here["present"]:
                create_copy(admin, table)


def create_copy(admin: psycopg.Connection, table: PublishedTable) -> None:
    """Make one copy."""
    comma = sql.SQL(", ")
    columns = comma.join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(type_name))
        for name, type_name in table.columns.items()
    )
    keys = comma.join(map(sql.Identifier, table.keys))
    create = sql.SQL(load("create_copy"))
    admin.execute(create.format(relation=table.relation, columns=columns, keys=keys))
    owner = sql.SQL("alter table {} owner to {}")
    admin.execute(owner.format(table.relation, sql.Identifier(OWNER)))


def describe_warehouse(admin: psycopg.Connection, tables: Sequence[PublishedTable]) -> Row:
    """Return which server this is, and what of the tables it has."""
    parameters = {"schema": tables[0].schema, "tables": [table.name for table in tables]}
    (here,) = fetch(admin, load("describe_warehouse"), parameters)
    return here


def describe_subscription(warehouse: psycopg.Connection) -> Row | None:
    """Return how the subscription does; None where there is none."""
    rows = fetch(warehouse, load("describe_subscription"), {"subscription": SUBSCRIPTION})
    return rows[0] if rows else None


def subscribe(admin: psycopg.Connection, conninfo: str, tables: Sequence[PublishedTable]) -> None:
    """Have the copies filled and kept, or take in tables that are published since.

    `conninfo` is the source's address with a password, as this server reaches it; it is kept in
    the catalog, where only superusers see it. Raises DatabaseError.
    """
    if describe_subscription(admin) is not None:
        refresh = sql.SQL("alter subscription {} refresh publication")
        admin.execute(refresh.format(sql.Identifier(SUBSCRIPTION)))
        return
    here = describe_warehouse(admin, tables)
    statement = sql.SQL(load("create_subscription")).format(
        subscription=sql.Identifier(SUBSCRIPTION),
        conninfo=sql.Literal(conninfo),
        publication=sql.Identifier(PUBLICATION),
        slot=sql.Identifier(name_slot(here)),
    )
    hide_statements(admin)
    try:
        admin.execute(statement)
    except errors.InsufficientPrivilege as error:
        raise DatabaseError(
            f"The login {admin.info.user} may not create a subscription "
            f"({error.diag.message_primary}). Ask an administrator to run: "
            f"grant pg_create_subscription to {admin.info.user}; (PostgreSQL 16 or newer)"
        ) from None


def hide_statements(admin: psycopg.Connection) -> None:
    """Keep a password out of the server's log, where this login may."""
    for name, value in (("log_statement", "none"), ("log_min_error_statement", "panic")):
        try:
            admin.execute("select set_config(%s, %s, false)", (name, value))
        except errors.InsufficientPrivilege:
            return


def name_slot(here: Row) -> str:
    """Name the slot at the source after this database: others may follow the same source."""
    place = hashlib.sha256(f"{here['server']}/{here['place']}".encode()).hexdigest()
    return f"{SUBSCRIPTION}_{place[:10]}"


def wait_for_copies(
    warehouse: psycopg.Connection, progress: Progress, seconds: float | None = None
) -> None:
    """Wait until every table was copied once. Raises DatabaseError when time is up or it fails."""
    deadline = None if seconds is None else time.monotonic() + seconds
    before = (describe_subscription(warehouse) or {}).get("errors")
    while True:
        found = describe_subscription(warehouse)
        if found is None:
            raise DatabaseError("The subscription was dropped while its tables were copied.")
        if not found["tables_being_copied"]:
            return
        if found["errors"] != before:
            raise DatabaseError(
                "Tables of the source can't be copied; the reason is in the log of this database's "
                "server. Once it is mended, run the command again."
            )
        if deadline is not None and time.monotonic() > deadline:
            raise DatabaseError(f"{found['tables_being_copied']} tables are still being copied.")
        progress(found["tables_being_copied"])
        time.sleep(LOOK_EVERY_SECONDS)


def unsubscribe(admin: psycopg.Connection) -> str | None:
    """Drop the subscription, and its slot at the source.

    Where the source does not answer, the slot stays there and its name is returned: it keeps the
    source's log until somebody drops it.
    """
    found = describe_subscription(admin)
    if found is None:
        return None
    name = sql.Identifier(SUBSCRIPTION)
    try:
        admin.execute(sql.SQL("drop subscription {}").format(name))
    except (
        errors.OperationalError,
        errors.InternalError,
        errors.ObjectInUse,
        errors.ConnectionException,
    ):
        admin.execute(sql.SQL("alter subscription {} disable").format(name))
        admin.execute(sql.SQL("alter subscription {} set (slot_name = none)").format(name))
        admin.execute(sql.SQL("drop subscription {}").format(name))
        slot: str = found["slot"]
        return slot
    return None


def drop_copies(admin: psycopg.Connection, copies: Sequence[tuple[str, str]]) -> None:
    """Drop the copies, by schema and name, and their schema where it is empty then, not public."""
    with admin.transaction():
        for copy in copies:
            admin.execute(sql.SQL("drop table {}").format(sql.Identifier(*copy)))
    for schema in {schema for schema, _ in copies} - {"public"}:
        with suppress(errors.DependentObjectsStillExist):
            admin.execute(sql.SQL("drop schema {}").format(sql.Identifier(schema)))
