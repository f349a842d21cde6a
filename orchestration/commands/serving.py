"""`tat up` and `tat down`."""

from pathlib import Path
from typing import Annotated

import typer

from database.server import EmbeddedServer
from database.settings import load_settings
from orchestration.commands.bringing_up import bring_up
from orchestration.commands.console import out
from orchestration.commands.shared import AcceptBadOption

app = typer.Typer()


@app.command()
def up(
    bundle: Annotated[
        Path | None, typer.Option(help="Load this bundle into a database of its own.")
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Go back to the sample after a bundle.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="End after the summary.")] = False,
    accept_bad: AcceptBadOption = False,
    port: Annotated[
        int | None, typer.Option(help="Port of the Dagster UI (3000, or a free one).")
    ] = None,
) -> None:
    """Set up, load, raise alerts, build the views and serve the Dagster UI.

    Without a bundle it goes on with the database that was loaded last, at first with a sample.

    Makes and changes the database: schema, rows, alerts, views. Sends the reminders that are due.
    """
    if sample and bundle is not None:
        raise ValueError("Give --bundle or --sample, not both.")
    bring_up(
        load_settings(),
        bundle=bundle,
        accept_bad=accept_bad,
        sample=sample,
        once=once,
        port=port,
    )


@app.command()
def down() -> None:
    """Stop the embedded database.

    Changes no data; the next command that needs the database starts it again.
    """
    settings = load_settings()
    if settings.database_url is not None:
        raise ValueError("TAT_DATABASE_URL is set: that database is not Turnaround's to stop.")
    EmbeddedServer(settings.home).stop()
    out.print("The embedded database is stopped.")
