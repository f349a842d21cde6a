"""What several groups of commands share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import psycopg
import typer

from database.connect import Database, connect, open_database
from database.settings import Settings, load_settings
from orchestration.commands.console import OutputFormat
from orchestration.reading import fetch_rows

# How an instant is written, always with its offset.
INSTANTS = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"]
# How a local day is written.
DAY = ["%Y-%m-%d"]

FormatOption = Annotated[OutputFormat, typer.Option("--format", help="How to print the result.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would move; change nothing.")
]
AcceptBadOption = Annotated[
    bool,
    typer.Option(
        "--accept-bad",
        help="Load the good rows even where so many are bad that the load would be refused.",
    ),
]


def open_migrated_database(settings: Settings, *, create: bool = False) -> Database:
    """The database at the current schema; one that is not there is made only if asked for."""
    # Alembic takes a third of a second to import, which a query can do without.
    from database.migrate import migrate_database

    database = open_database(settings, create=create)
    migrate_database(database, settings=settings)
    return database


@contextmanager
def open_as(role: str) -> Iterator[psycopg.Connection]:
    """A connection that acts as `role`, to the database at the current schema."""
    database = open_migrated_database(load_settings())
    with connect(database, role, autocommit=True) as connection:
        yield connection


def require_views(database: Database) -> None:
    """Raise ValueError with what to do where no view has been built yet."""
    (found,) = fetch_rows(database, "count_views")
    if found["views"] == 0:
        raise ValueError(
            f"The views of the database {database.name} are not built yet: run `tat build`."
        )
