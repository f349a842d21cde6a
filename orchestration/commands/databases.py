"""`tat db` and `tat migrate`."""

import os
import shlex
import sys
from typing import Annotated

import typer

from database.connect import make_bi_login, open_database
from database.migrate import migrate_database
from database.settings import load_settings
from orchestration.commands.console import show_step
from orchestration.dagster_process import build_own_environment

app = typer.Typer()
db_app = typer.Typer(help="The database's address and logins.", no_args_is_help=True)
app.add_typer(db_app, name="db")


@db_app.command("url")
def db_url(
    role: Annotated[
        str | None, typer.Option(help="Act as this role instead of the read-only BI role.")
    ] = None,
) -> None:
    """Print the connection string for psql and BI tools; it holds a password.

    Changes nothing.
    """
    database = open_database(load_settings(), create=False)
    address = database.bi_url() if role is None else database.url(role)
    if address is None:
        raise ValueError(
            "TAT_DATABASE_URL is a login that can take on other roles: don't hand it out."
            " `tat db bi-login` makes one for BI tools; --role tat_bi prints this one all the same."
        )
    sys.stdout.write(address + "\n")


@db_app.command("env")
def db_env() -> None:
    """Print what plain dbt and dagster need in a shell: eval "$(tat db env)".

    It holds the password of the database's own login. What plain dbt builds so are views of your
    own, in schemas of the name in TAT_DEV_NAME; `tat build` builds the live ones.

    Changes nothing.
    """
    settings = load_settings()
    environment = build_own_environment(settings, open_database(settings, create=False))
    for name, value in environment.items():
        if name != "PATH" and os.environ.get(name) != value:
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


@db_app.command("bi-login")
def db_bi_login() -> None:
    """Make a read-only login for BI tools on a database of your own, and print its address.

    A second run gives it a new password. Where this login may not make another, the statements
    for an administrator are printed.

    Changes that login alone.
    """
    database = open_database(load_settings(), create=False)
    if database.is_embedded:
        raise ValueError("The embedded database has a login for BI tools: see `tat db url`.")
    sys.stdout.write(make_bi_login(database).url() + "\n")


@app.command()
def migrate() -> None:
    """Bring the database to the current schema.

    A second run changes nothing.

    Changes tables, functions and grants; rows stay.
    """
    settings = load_settings()
    with show_step("Bringing the schema up to date"):
        migrate_database(open_database(settings), settings=settings)
