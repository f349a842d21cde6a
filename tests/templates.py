"""Databases that are built once and copied by the tests that need them, in this run and the next.

A template is named by the digest of what it was made of, so that none is ever taken for another.
It is whole or not there: it gets its name when its build has ended well, and nobody can connect
to it. All workers of a run share one server; `keep_templates` leaves it to the next run.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from database.connect import Database, connect_as_superuser, open_database, prepare_database
from database.roles.passwords import hash_password
from database.server import EmbeddedServer
from database.server.files import hold_lock
from database.settings import Settings
from tests.digests import describe_surroundings, digest_inputs

# What is of use after a crash alone would fill the memory; a login costs as much as a query when
# its password is hashed 4,096 times.
CHEAP = {
    "max_wal_size": "256MB",
    "wal_recycle": "off",
    "wal_init_zero": "off",
    "scram_iterations": "1",
}
# The databases of a new server, and the one that `open_database` wants to hear of.
LOBBY = "lobby"
NOT_DROPPED = ["postgres", "template0", "template1", LOBBY]


@dataclass(frozen=True)
class Template:
    """A database to copy, and the folder for what its build wrote beside it."""

    database: Database
    folder: Path


@dataclass(frozen=True)
class Recipe:
    """How a kind of template is made: in a database of its own, from what is at `inputs`."""

    kind: str
    inputs: tuple[Path, ...]
    build: Callable[[Template], None]
    base: Database | None = None
    work_name: str = "in_work"


def make_settings(home: Path) -> Settings:
    """The defaults, with a home of the test's own and without anybody's `.env`."""
    return Settings(_env_file=None, home=home)  # type: ignore[call-arg]


def find_template(home: Path, recipe: Recipe) -> Template:
    """The template that the recipe makes of its inputs; made now if it is not there."""
    with hold_lock(home / f"{recipe.kind}.lock"):
        name = f"{recipe.kind}_{digest_inputs(recipe.inputs)}"
        lobby = open_database(make_settings(home), LOBBY)
        template = Template(replace(lobby, name=name), home / "templates" / name)
        with connect_as_superuser(home) as admin:
            if name not in list_databases(admin):
                forget_templates(admin, home, recipe.kind)
                make_template(admin, recipe, template)
        return template


def make_template(admin: psycopg.Connection, recipe: Recipe, template: Template) -> None:
    """Build in a database of another name, which is renamed when that went well."""
    template.folder.mkdir(parents=True)
    base = recipe.base or replace(template.database, name="template0")
    with borrow_copy(base, recipe.work_name) as work:
        recipe.build(replace(template, database=work))
        close = sql.SQL("alter database {} with allow_connections false")
        rename = sql.SQL("alter database {} rename to {}")
        old, new = sql.Identifier(work.name), sql.Identifier(template.database.name)
        admin.execute(close.format(old))
        admin.execute(rename.format(old, new))
    (template.folder.parents[1] / "is_changed").touch()


def forget_templates(admin: psycopg.Connection, home: Path, kind: str) -> None:
    """Drop the templates of a kind that were made of something else."""
    for name in list_databases(admin):
        if name.startswith(f"{kind}_"):
            drop_database(admin, name)
    for folder in (home / "templates").glob(f"{kind}_*"):
        shutil.rmtree(folder)


@contextmanager
def borrow_copy(template: Database, name: str) -> Iterator[Database]:
    """A copy of a database that nobody is connected to, dropped afterwards."""
    assert template.home is not None
    create = sql.SQL("create database {} template {} owner tat_owner")
    copied = replace(template, name=name)
    with connect_as_superuser(template.home) as admin:
        drop_database(admin, name)
        admin.execute(create.format(sql.Identifier(name), sql.Identifier(template.name)))
    try:
        # What is set on a database itself, such as its search path, is not copied.
        prepare_database(copied)
        yield copied
    finally:
        with connect_as_superuser(template.home) as admin:
            drop_database(admin, name)


def list_databases(admin: psycopg.Connection) -> list[str]:
    """The names of all databases of the server."""
    return [name for (name,) in admin.execute("select datname from pg_database")]


def drop_database(admin: psycopg.Connection, name: str) -> None:
    """Drop a database, whoever is connected to it, if it is there."""
    admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def start_server(home: Path, kept: Path | None) -> EmbeddedServer:
    """Start the server of the run, with the templates that an earlier run has kept."""
    home.mkdir(parents=True, exist_ok=True)
    server = EmbeddedServer(home, durable=False)
    with hold_lock(home / "start.lock"):
        is_new = not server.files.data.exists()
        if is_new and kept is not None:
            fetch_templates(home, kept)
        address = server.ensure_running()
        if is_new:
            configure_server(home, address.superuser, address.password)
    return server


def configure_server(home: Path, superuser: str, password: str) -> None:
    """Let the server keep little, and take logins quickly."""
    with connect_as_superuser(home) as admin:
        for name, value in CHEAP.items():
            setting = sql.SQL("alter system set {} = {}")
            admin.execute(setting.format(sql.Identifier(name), sql.Literal(value)))
        admin.execute("select pg_reload_conf()")
        admin.execute("set scram_iterations = 1")
        verifier = hash_password(admin, superuser, password)
        command = sql.SQL("alter role {} password {}")
        admin.execute(command.format(sql.Identifier(superuser), verifier))


def fetch_templates(home: Path, kept: Path) -> None:
    """Copy the server that an earlier run has kept, if it was made of the same programs."""
    with hold_lock(kept / "lock"):
        surroundings = kept / "home" / "surroundings"
        if surroundings.exists() and surroundings.read_text() == describe_surroundings():
            shutil.copytree(kept / "home", home, dirs_exist_ok=True)


def keep_templates(home: Path, kept: Path) -> None:
    """Stop the server and keep it with its templates, if the run has made new ones."""
    if not (home / "is_changed").exists():
        return
    with connect_as_superuser(home) as admin:
        used = admin.execute("select datname from pg_database where datallowconn").fetchall()
        for name in {name for (name,) in used}.difference(NOT_DROPPED):
            drop_database(admin, name)
    EmbeddedServer(home).stop()
    (home / "surroundings").write_text(describe_surroundings())
    with hold_lock(kept / "lock"):
        for folder in (kept / "new", kept / "old"):
            shutil.rmtree(folder, ignore_errors=True)
        left_out = shutil.ignore_patterns("is_changed", "*.lock", "*.log")
        shutil.copytree(home, kept / "new", ignore=left_out)
        if (kept / "home").exists():
            (kept / "home").rename(kept / "old")
        (kept / "new").rename(kept / "home")
        shutil.rmtree(kept / "old", ignore_errors=True)
