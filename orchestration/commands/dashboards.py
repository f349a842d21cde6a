"""`tat dashboards`: Superset with the dashboards of the checkout."""

import os
from typing import Annotated

import typer

from database.connect import Database, open_database
from database.settings import load_settings
from orchestration.commands.console import out, show_step
from orchestration.commands.shared import require_views
from orchestration.dashboards.superset import (
    ASSETS,
    DEFAULT_PORT,
    LOGIN,
    find_files,
    start_superset,
    stop_superset,
)

app = typer.Typer()
dashboards_app = typer.Typer(
    help="Serve the dashboards with Apache Superset; `make bi` installs it.", no_args_is_help=True
)
app.add_typer(dashboards_app, name="dashboards")


@dashboards_app.command()
def start(
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port of Superset; another where it is taken.")
    ] = DEFAULT_PORT,
) -> None:
    """Import the dashboards and serve them in the background, on this machine alone.

    A second run changes nothing. Prints the address, the login and its password.

    Changes Superset's own files in TAT_HOME; it reads the database as the read-only BI role.
    """
    settings = load_settings()
    database = open_database(settings, create=False)
    bi_url = find_bi_url(database)
    with show_step("Importing the dashboards and starting Superset"):
        served = start_superset(settings, database, bi_url, port)
    files = find_files(settings)
    out.print(f"Dashboards   {served.url}", markup=False, soft_wrap=True)
    out.print(f"Login        {LOGIN}", markup=False)
    out.print(f"Password     {files.password.read_text()}", markup=False, highlight=False)
    out.print(f"             (kept in {files.password})", markup=False, soft_wrap=True)
    out.print("Stop         make bi-down")


def find_bi_url(database: Database) -> str:
    """The address of the read-only login. Raises ValueError where there is none, or no view."""
    require_views(database)
    url = database.bi_url()
    if url is None:
        raise ValueError(
            "TAT_DATABASE_URL is a login that can take on other roles, which no BI tool should "
            "have: `tat db bi-login` makes one that can only read. Put its user and password into "
            ".env as TAT_BI_LOGIN=user:password."
        )
    return url


@dashboards_app.command()
def stop() -> None:
    """Stop Superset.

    Changes nothing: its users and settings stay.
    """
    stopped = stop_superset(load_settings())
    out.print("Superset is stopped." if stopped else "Superset was not running.")


@dashboards_app.command()
def write() -> None:
    """Write the dashboards' YAML anew, from the dbt project and what is declared.

    Changes files in dashboards/assets.
    """
    from orchestration.dagster_process import prepare_manifest
    from orchestration.dashboards.writing import write_assets

    prepare_manifest(os.environ)
    write_assets(ASSETS)
    out.print(f"The assets are written to {ASSETS}.", markup=False, soft_wrap=True)
