"""Roles, grants and the database itself: what must be there before any migration can run.

Every function looks at what is there and does what is missing, so that all of them can be
repeated, and retried when another process did the same at the same moment.
"""

import random
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import psycopg
from psycopg import errors, sql

from database.server.files import ServerFiles, hold_lock, make_secret, read_text, write_file
from database.statements import load_statement

Result = TypeVar("Result")

OWNER, ENGINE, INGEST, DBT, BI = ROLES = (
    "tat_owner",
    "tat_engine",
    "tat_ingest",
    "tat_dbt",
    "tat_bi",
)
# The embedded server's logins. The first acts in every role but the analysts'.
LOGIN = "turnaround"
LOGIN_ROLES = (OWNER, ENGINE, INGEST, DBT)
SEARCH_PATH = ("kpi", "reports", "tat", "workflow", "marts", "public")
FIRST_WITH_SET_OPTION = 160000
MOST_ATTEMPTS = 8


class DatabaseError(RuntimeError):
    """The database can't be reached, or lacks what the product needs; the message says what."""


def retry_when_concurrent(action: Callable[[], Result]) -> Result:
    """Run `action` again when another process made the same thing at the same moment.

    Roles and settings belong to the whole server, so no lock of one database guards them.
    """
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            return action()
        except (errors.DuplicateObject, errors.DuplicateDatabase, errors.UniqueViolation):
            if attempt == MOST_ATTEMPTS:
                raise
        except errors.InternalError_ as error:
            if attempt == MOST_ATTEMPTS or "concurrently" not in str(error):
                raise
        time.sleep(random.uniform(0, 0.02 * attempt))
    raise AssertionError("unreachable")


def ensure_roles(admin: psycopg.Connection) -> None:
    """Create the product's roles that are missing; `admin` is in autocommit mode.

    Needs CREATEROLE only when one is missing.
    """
    retry_when_concurrent(lambda: run_all(admin, plan_roles(admin)))


def ensure_setup(admin: psycopg.Connection, member: str, roles: tuple[str, ...]) -> None:
    """Make the connected database ready for migrations run by `member`, who acts in `roles`.

    Raises DatabaseError with the statements that an administrator has to run when `admin` may
    not run them itself.
    """
    retry_when_concurrent(lambda: run_all(admin, plan_setup(admin, member, roles)))


def plan_setup(
    admin: psycopg.Connection, member: str, roles: tuple[str, ...]
) -> list[sql.Composed]:
    """The statements that are still missing; empty when the database is ready."""
    return [
        *plan_roles(admin),
        *plan_memberships(admin, member, roles),
        *plan_database(admin),
    ]


def plan_roles(admin: psycopg.Connection) -> list[sql.Composed]:
    """`create role` for each role that is missing."""
    statement = load_statement("database.roles", "list_missing_roles")
    missing = admin.execute(statement, {"roles": list(ROLES)}).fetchall()
    return [sql.SQL("create role {} nologin").format(sql.Identifier(name)) for (name,) in missing]


def plan_memberships(
    admin: psycopg.Connection, member: str, roles: tuple[str, ...]
) -> list[sql.Composed]:
    """One `grant` of the roles that `member` can't take on yet."""
    knows_set = admin.info.server_version >= FIRST_WITH_SET_OPTION
    missing = admin.execute(
        load_statement("database.roles", "list_missing_memberships"),
        {"roles": list(roles), "member": member, "privilege": "SET" if knows_set else "MEMBER"},
    ).fetchall()
    if not missing:
        return []
    options = sql.SQL(" with inherit true, set true" if knows_set else "")
    names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in missing)
    return [sql.SQL("grant {} to {}{}").format(names, sql.Identifier(member), options)]


def plan_database(admin: psycopg.Connection) -> list[sql.Composed]:
    """The search path and the owner's right to create schemas, where they are missing."""
    setting = f"search_path={', '.join(SEARCH_PATH)}"
    row = admin.execute(
        load_statement("database.roles", "check_database_setup"),
        {"setting": setting, "owner": OWNER},
    ).fetchone()
    has_search_path, owner_can_create = row or (False, False)
    database = sql.Identifier(admin.info.dbname)
    statements = []
    if not has_search_path:
        path = sql.SQL(", ").join(map(sql.Identifier, SEARCH_PATH))
        command = sql.SQL("alter database {} set search_path = {}")
        statements.append(command.format(database, path))
    if not owner_can_create:
        command = sql.SQL("grant connect, create, temporary on database {} to {}")
        statements.append(command.format(database, sql.Identifier(OWNER)))
    return statements


def run_all(admin: psycopg.Connection, statements: list[sql.Composed]) -> None:
    """Execute the statements; explain them all when the first forbidden one is met."""
    for statement in statements:
        try:
            admin.execute(statement)
        except errors.InsufficientPrivilege as error:
            lines = "\n".join(f"  {text.as_string(admin)};" for text in statements)
            raise DatabaseError(
                f"The user {admin.info.user} may not set up the database {admin.info.dbname} "
                f"({error.diag.message_primary}). Ask an administrator to run, connected to "
                f"that database:\n{lines}"
            ) from error


def ensure_logins(admin: psycopg.Connection, files: ServerFiles) -> None:
    """Give the embedded server its two logins, each with a generated password in a 0600 file."""
    with hold_lock(files.start_lock):
        for name in (LOGIN, BI):
            retry_when_concurrent(partial(ensure_login, admin, files, name))


def ensure_login(admin: psycopg.Connection, files: ServerFiles, name: str) -> None:
    """Create or complete one login. The file is written last: where it is, its password holds."""
    row = admin.execute(load_statement("database.roles", "check_login"), {"role": name}).fetchone()
    kept = read_text(files.secret(name))
    if row == (True,) and kept is not None:
        return
    password = kept or make_secret()
    verb = sql.SQL("alter role" if row else "create role")
    command = sql.SQL("{} {} login password {}")
    admin.execute(command.format(verb, sql.Identifier(name), hash_password(admin, name, password)))
    write_file(files.secret(name), password)


def hash_password(admin: psycopg.Connection, name: str, password: str) -> sql.Literal:
    """The SCRAM verifier, so that no log of the server ever sees the password."""
    verifier = admin.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    return sql.Literal(verifier.decode())


def ensure_database(admin: psycopg.Connection, name: str) -> None:
    """Create the database, owned by tat_owner, if the server has none of that name."""
    retry_when_concurrent(lambda: create_database(admin, name))


def has_database(admin: psycopg.Connection, name: str) -> bool:
    """Whether the server has a database of that name."""
    statement = load_statement("database.roles", "check_database_exists")
    return admin.execute(statement, {"name": name}).fetchone() == (True,)


def create_database(admin: psycopg.Connection, name: str) -> None:
    """Create the database unless it exists; fails when another process is quicker."""
    if not has_database(admin, name):
        command = sql.SQL("create database {} owner {} template template0")
        admin.execute(command.format(sql.Identifier(name), sql.Identifier(OWNER)))


def restrict_public(admin: psycopg.Connection) -> None:
    """Take from everybody what only the product's own roles need; `admin` is a superuser."""
    retry_when_concurrent(
        lambda: admin.execute(load_statement("database.roles", "restrict_public"))
    )


def ensure_statistics(admin: psycopg.Connection) -> None:
    """Add pg_stat_statements, which the embedded server preloads where it is shipped."""
    retry_when_concurrent(lambda: create_extension(admin, "pg_stat_statements"))


def create_extension(admin: psycopg.Connection, name: str) -> None:
    """Create the extension in the connected database if the server has it to offer."""
    statement = load_statement("database.roles", "check_extension")
    if admin.execute(statement, {"name": name}).fetchone() == (True,):
        admin.execute(sql.SQL("create extension if not exists {}").format(sql.Identifier(name)))
