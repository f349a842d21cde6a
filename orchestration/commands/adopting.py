"""`tat source adopt` and `release`: the app's tables in the database that Turnaround uses, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import psycopg
import typer

from database.connect import Database, connect
from database.settings import load_settings
from ingestion.contract import TABLES
from ingestion.following.adopting import (
    Adoption,
    adopt_schema,
    read_adoption,
    release_schema,
)
from orchestration.capturing import choose_captures
from orchestration.commands.console import err, out, show_step
from orchestration.commands.shared import open_migrated_database

app = typer.Typer()


@contextmanager
def open_logins(database: Database) -> Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
    """The database's own login, which acts on the app's tables, and the owner of ours."""
    with (
        psycopg.connect(database.conninfo(), autocommit=True, application_name="tat") as login,
        connect(database, "tat_owner", autocommit=True) as owner,
    ):
        yield login, owner


@app.command("adopt")
def adopt(
    schema: Annotated[str, typer.Argument(help="The schema of the app's tables, such as public.")],
) -> None:
    """Follow an app whose tables stand in this very database.

    What is there is loaded with `tat source follow`, and from then on before each tick.

    Changes the app's tables: each gets four triggers, which note the keys of rows that change, and
    nothing else.
    """
    settings = load_settings()
    database = open_migrated_database(settings)
    adoption = Adoption(schema, is_replicated=False)
    captures = choose_captures(settings, database.conninfo(), adoption)
    with show_step(f"Putting triggers on the tables of {schema}"), open_logins(database) as logins:
        present = adopt_schema(*logins, captures, schema)
    followed = dict.fromkeys(capture.table for capture in present)
    absent = [table.name for table in TABLES if table.name not in followed]
    out.print(f"Followed from now on: {', '.join(followed)}.")
    if absent:
        out.print(f"{schema} has no {', '.join(absent)}; figures that need them stay empty.")
    out.print("Load what is there: tat source follow --once")


@app.command("release")
def release() -> None:
    """Follow the app's tables in this database no longer.

    Changes the app's tables: takes our triggers off, so that they are as they were before. What was
    loaded stays.
    """
    database = open_migrated_database(load_settings())
    with open_logins(database) as (login, owner):
        adoption = read_adoption(owner)
        if adoption is not None and adoption.is_replicated:
            raise ValueError("These are copies; `tat source replicate remove` ends that.")
        released = release_schema(login, owner)
    if released:
        err.print(f"Released: {', '.join(released)}.")
    else:
        err.print("No table of an app is followed in this database.")
