"""`tat source replicate`: PostgreSQL's own replication of the app's tables."""

from typing import Annotated

import typer

from database.settings import load_settings
from orchestration.commands.console import err, out, show_step
from orchestration.commands.shared import open_migrated_database
from orchestration.replicating import describe, remove, set_up
from orchestration.sourcing import NoSourceError

app = typer.Typer(
    help="The app's tables by PostgreSQL's own replication, within seconds.", no_args_is_help=True
)


class ReplicationFaultError(ValueError):
    """What changes at the source does not arrive, or may not for long."""


@app.command("set-up")
def set_up_copies() -> None:
    """Have PostgreSQL copy the app's tables here, and follow the copies.

    A second run takes in tables that the app has since.

    Changes the source: a publication of the app's tables and a slot, both named turnaround. Changes
    this database: a subscription, and copies in a schema named as the app's.
    """
    settings = load_settings()
    database = open_migrated_database(settings, create=True)
    with show_step("Copying the app's tables; large ones take minutes"):
        captures = set_up(database, settings, lambda tables: None)
    out.print(f"Replicated and followed: {', '.join(capture.name for capture in captures)}.")
    show_state()


@app.command("remove")
def remove_copies() -> None:
    """End replication; what was loaded stays, and TAT_SOURCE_URL is read every minute from now on.

    Changes the source and this database: subscription, slot, publication and copies are dropped.
    """
    settings = load_settings()
    left = remove(open_migrated_database(settings), settings)
    out.print("The app's tables are no longer replicated.")
    if left:
        err.print("Ask an administrator of the source to run, in its database:")
        for statement in left:
            err.print(f"  {statement};", markup=False, soft_wrap=True)


@app.command("status")
def show_state(
    check: Annotated[
        bool, typer.Option("--check", help="Fail when changes of the source do not arrive.")
    ] = False,
) -> None:
    """Show whether changes arrive, and how much the source keeps for us.

    Changes nothing; asks the source.
    """
    settings = load_settings()
    found = describe(open_migrated_database(settings), settings)
    if found is None:
        raise NoSourceError("Nothing is replicated; `tat source replicate set-up` begins with it.")
    if check and found.faults:
        raise ReplicationFaultError(found.words)
    out.print(found.words, soft_wrap=True)
