"""`tat screen`: the request screen, and links to it."""

from datetime import timedelta
from typing import Annotated

import typer

from database.settings import load_settings
from orchestration.commands.console import out
from orchestration.commands.shared import open_migrated_database
from orchestration.screen.app import Screen
from orchestration.screen.door import CLOSED
from orchestration.screen.serving import (
    DEFAULT_PORT,
    NO_SECRET,
    ScreenError,
    build_server,
    find_busiest,
    listen,
    make_link,
    make_secret,
    read_secret,
)

app = typer.Typer()
screen_app = typer.Typer(
    help="Serve read-only pages of requests to those who take part, and take events.",
    invoke_without_command=True,
)
app.add_typer(screen_app, name="screen")

PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port of the screen.")]


@screen_app.callback()
def serve(
    context: typer.Context,
    port: PortOption = DEFAULT_PORT,
    host: Annotated[
        str,
        typer.Option(help="Address to listen on; others than this machine need TAT_SCREEN_URL."),
    ] = "127.0.0.1",
    user: Annotated[
        str | None, typer.Option(help="Print a link for this person's e-mail address.")
    ] = None,
) -> None:
    """Serve the request screen until it is interrupted.

    Without TAT_SCREEN_SECRET, links end with the run, and one for an approver is printed. With
    TAT_EVENTS_SECRET, events of rows are taken over HTTP.

    Changes the source tables and the quarantine where events come.
    """
    if context.invoked_subcommand is not None:
        return
    settings = load_settings()
    database = open_migrated_database(settings)
    kept = read_secret(settings)
    screen = Screen(
        database,
        kept or make_secret(),
        settings.screen_user_header,
        settings.screen_url,
        settings.events_secret.get_secret_value() if settings.events_secret else None,
    )
    listening = listen(host, port)
    base = settings.screen_url or f"http://127.0.0.1:{port}"
    out.print(f"The request screen is served at {base}. Ctrl+C ends it.", markup=False)
    shown = user or (None if kept else find_busiest(database))
    out.print(describe_door(base, screen.events_secret), markup=False)
    if shown is not None:
        link = make_link(database, base, screen.secret, email=shown, lasts=timedelta(days=1))
        out.print(f"The queue of {shown}: {link}", markup=False, soft_wrap=True)
    build_server(screen).run(sockets=[listening])


def describe_door(base: str, events_secret: str | None) -> str:
    """Where events are taken, or what opens the door."""
    if events_secret is None:
        return f"{CLOSED}, so {base}/events takes nothing."
    return f"Events are taken at {base}/events."


@screen_app.command("link")
def print_link(
    user: Annotated[str, typer.Option(help="The e-mail address of the person.")],
    request: Annotated[
        str | None, typer.Option(help="A request's number; without it, the person's queue.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How long the link lasts.")] = 7,
    port: PortOption = DEFAULT_PORT,
) -> None:
    """Print a link for a person: to one request, or to their queue and all that they may see.

    Changes nothing.
    """
    settings = load_settings()
    secret = read_secret(settings)
    if secret is None:
        raise ScreenError(NO_SECRET)
    base = settings.screen_url or f"http://127.0.0.1:{port}"
    link = make_link(
        open_migrated_database(settings),
        base,
        secret,
        email=user,
        request_number=request,
        lasts=timedelta(days=days),
    )
    typer.echo(link)
