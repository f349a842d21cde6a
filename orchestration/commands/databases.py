"""`tat db` and `tat migrate`."""

import sys
from typing import Annotated

import typer

from database.connect import open_database
from database.migrate import migrate_database
from database.settings import load_settings
from orchestration.commands.console import show_step

app = typer.Typer()
db_app = typer.Typer(help="The database's address and logins.", no_args_is_help=True)
app.add_typer(db_app, name="db")


@db_app.command("url")
def db_url(
    role: Annotated[
        str | None, typer.Option(help="Act as this role instead of the read-only BI role.")
    ] = None,
) -> None:
    """Print the connection string for psql and BI tools; it holds a password."""
    database = open_database(load_settings(), create=False)
    address = database.bi_url() if role is None else database.url(role)
    sys.stdout.write((address or database.url("tat_bi")) + "\n")


@app.command()
def migrate() -> None:
    """Bring the database to the current schema.

    A second run changes nothing.
    """
    settings = load_settings()
    with show_step("Bringing the schema up to date"):
        migrate_database(open_database(settings), settings=settings)
