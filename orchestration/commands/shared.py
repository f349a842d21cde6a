"""What several groups of commands share."""

from typing import Annotated

import typer

from database.connect import Database, open_database
from database.migrate import migrate_database
from database.settings import Settings
from orchestration.commands.console import OutputFormat

FormatOption = Annotated[OutputFormat, typer.Option("--format", help="How to print the result.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would move; change nothing.")
]


def open_migrated_database(settings: Settings) -> Database:
    """The database at the current schema."""
    database = open_database(settings)
    migrate_database(database, settings=settings)
    return database
