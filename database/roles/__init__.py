"""Roles, grants and the database itself: what must be there before any migration can run.

Every function looks at what is there and does what is missing, so that all of them can be
repeated, and retried when another process did the same at the same moment.
"""

import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import psycopg
from psycopg import errors, sql

from database.roles.passwords import hash_password, holds_password
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
# What an analyst's login can't get past: PostgreSQL lets nobody but a superuser change these.
BI_CONNECTIONS = 20
BI_TEMP_FILES = "8GB"
# What it may change; the watchdog ends what lasts longer than a quarter of an hour.
BI_STATEMENT_TIMEOUT = "5min"
BI_LOGIN = "tat_bi_login"
# What the engine needs to see how long statements last, and to end them.
WATCHDOG = ("pg_read_all_stats", "pg_signal_backend")
SEARCH_PATH = ("kpi", "reports", "tat", "workflow", "marts", "public")
OWN_SCHEMAS = {*SEARCH_PATH, "staging", "intermediate", "dagster"} - {"public"}
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
    """The search path and the right to create schemas, where they are missing.

    A database that holds tables of others keeps its search path: with ours, an app that names its
    tables without their schema might find those of the same name here.
    dbt needs that right for schemas of developers only: where nothing but an administrator can
    give it, it is left out.
    """
    row = admin.execute(
        load_statement("database.roles", "check_database_setup"),
        describe_setup(sorted(OWN_SCHEMAS)),
    ).fetchone()
    has_search_path, is_shared, owner_can_create, dbt_can_create = row or (False,) * 4
    database = sql.Identifier(admin.info.dbname)
    statements = []
    if not has_search_path and not is_shared:
        command = sql.SQL("alter database {} set search_path = {}")
        statements.append(command.format(database, write_search_path()))
    if not owner_can_create:
        command = sql.SQL("grant connect, create, temporary on database {} to {}")
        statements.append(command.format(database, sql.Identifier(OWNER)))
    if not dbt_can_create:
        command = sql.SQL("grant create on database {} to {}")
        statements.append(command.format(database, sql.Identifier(DBT)))
    return statements


def describe_setup(own_schemas: Sequence[str]) -> dict[str, object]:
    """Return what a database's setup is held against. Tables of our own roles are nobody else's."""
    return {
        "setting": f"search_path={', '.join(SEARCH_PATH)}",
        "own_schemas": list(own_schemas),
        "own_roles": list(ROLES),
        "owner": OWNER,
        "dbt": DBT,
    }


def write_search_path() -> sql.Composed:
    """The schemas in which analysts find what they name without one."""
    return sql.SQL(", ").join(map(sql.Identifier, SEARCH_PATH))


def leave_search_path(admin: psycopg.Connection) -> bool:
    """Take our search path off a database that an app uses, too; return whether it was there.

    Raises DatabaseError with the statement for an administrator when `admin` may not.
    """
    statement = load_statement("database.roles", "check_database_setup")
    row = admin.execute(statement, describe_setup([])).fetchone()
    if not row or not row[0]:
        return False
    command = sql.SQL("alter database {} reset search_path")
    run_all(admin, [command.format(sql.Identifier(admin.info.dbname))])
    return True


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
        retry_when_concurrent(lambda: run_all(admin, plan_memberships(admin, ENGINE, WATCHDOG)))


def ensure_login(admin: psycopg.Connection, files: ServerFiles, name: str) -> None:
    """Create or complete one login. The file is written last: where it is, its password holds."""
    row = admin.execute(load_statement("database.roles", "check_login"), {"role": name}).fetchone()
    can_log_in, verifier, settings = row or (False, None, None)
    kept = read_text(files.secret(name))
    if not can_log_in or kept is None or not holds_password(verifier, kept):
        password = kept or make_secret()
        verb = sql.SQL("alter role" if row else "create role")
        hashed = hash_password(admin, name, password)
        admin.execute(sql.SQL("{} {} login password {}").format(verb, sql.Identifier(name), hashed))
        write_file(files.secret(name), password)
    if name == BI:
        limit_analysts(admin, settings)


def limit_analysts(admin: psycopg.Connection, settings: list[str] | None) -> None:
    """Set the limits of the analysts' login, whatever it has set for itself."""
    wanted = {"statement_timeout": BI_STATEMENT_TIMEOUT, "temp_file_limit": BI_TEMP_FILES}
    if sorted(settings or ()) == [f"{name}={value}" for name, value in wanted.items()]:
        return
    role = sql.Identifier(BI)
    admin.execute(sql.SQL("alter role {} reset all").format(role))
    for name, value in wanted.items():
        command = sql.SQL("alter role {} set {} = {}")
        admin.execute(command.format(role, sql.Identifier(name), sql.Literal(value)))
    command = sql.SQL("alter role {} connection limit {}")
    admin.execute(command.format(role, sql.Literal(BI_CONNECTIONS)))


def plan_bi_login(admin: psycopg.Connection, password: str) -> list[sql.Composed]:
    """The statements that give analysts a login of their own that can take on no other role."""
    name = sql.Identifier(BI_LOGIN)
    missing = load_statement("database.roles", "list_missing_roles")
    is_new = bool(admin.execute(missing, {"roles": [BI_LOGIN]}).fetchall())
    make = sql.SQL("{} role {} login connection limit {} password {}").format(
        sql.SQL("create" if is_new else "alter"),
        name,
        sql.Literal(BI_CONNECTIONS),
        hash_password(admin, BI_LOGIN, password),
    )
    limit = sql.SQL("alter role {} set statement_timeout = {}")
    path = sql.SQL("alter role {} in database {} set search_path = {}")
    return [
        make,
        sql.SQL("grant {} to {}").format(sql.Identifier(BI), name),
        limit.format(name, sql.Literal(BI_STATEMENT_TIMEOUT)),
        path.format(name, sql.Identifier(admin.info.dbname), write_search_path()),
    ]


def ensure_bi_login(admin: psycopg.Connection) -> str:
    """Create the analysts' login, or give it a new password; return that.

    Raises DatabaseError with the statements for an administrator, and the password in them as
    its hash, when `admin` may not.
    """
    password = make_secret()
    try:
        run_all(admin, plan_bi_login(admin, password))
    except DatabaseError as error:
        raise DatabaseError(f"{error}\nIts password is then {password}") from error
    return password


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
