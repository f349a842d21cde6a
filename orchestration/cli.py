"""The `tat` command: finds the module of the command that is typed, and loads no other."""

import logging
import sys
from importlib import import_module, metadata
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

# Where each command is, and the first line of its help: a list of all needs no module of any.
COMMANDS = {
    "up": ("serving", "Set up, load, raise alerts, build the views and serve the Dagster UI."),
    "down": ("serving", "Stop the embedded database."),
    "status": ("status", "Show the engine's heartbeat, lateness and what waits."),
    "load": ("loads", "Load a bundle, then record what its levels have crossed."),
    "quarantine": ("quarantining", "Rows that loads kept out: list, show, retry and drop them."),
    "tick": ("loads", "Run the engine by hand until nothing is left to record."),
    "source": ("sourcing", "The approval app's own database."),
    "query": ("querying", "Run SQL as the read-only BI role."),
    "report": ("reporting", "Write an analytical report as a page, CSV or a workbook."),
    "explain": ("explaining", "Show all that makes up the time and alerts of a level."),
    "reconcile": ("reconciling", "Compute every crossing again by another road, and compare."),
    "calendar": ("calendars", "Working time: list it, add to it, change it."),
    "holiday": ("calendars", "Days on which nobody works."),
    "policy": ("policies", "The clock and thresholds of each priority."),
    "channel": ("delivering", "How people are reached."),
    "delegate": ("delivering", "Who is told in place of somebody."),
    "notify": ("delivering", "Look at messages and try channels."),
    "outbox": ("delivering", "What is to be sent and what became of it."),
    "screen": (
        "screening",
        "Serve read-only pages of requests to those who take part, and take events.",
    ),
    "dashboards": (
        "dashboards",
        "Serve the dashboards with Apache Superset; `make bi` installs it.",
    ),
    "metrics": ("metrics", "The KPIs by any dimension."),
    "build": ("models", "Run dbt build; what follows is passed on to dbt."),
    "prune": ("models", "List views whose model is gone from the project, and drop them."),
    "docs": ("models", "Write the dbt docs with lineage as one page."),
    "db": ("databases", "The database's address and logins."),
    "migrate": ("databases", "Bring the database to the current schema."),
    "simulate": ("simulating", "Write a realistic bundle of any size."),
}


def load_command(name: str) -> Any:
    """The command itself, from its module."""
    module = import_module(f"orchestration.commands.{COMMANDS[name][0]}")
    return typer.main.get_group(module.app).commands[name]


class CommandGroup(TyperGroup):
    """Lists every command, and loads the one that is called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {
            name: TyperCommand(name, help=text) for name, (_, text) in COMMANDS.items()
        }

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that `args` begin with, and the arguments left for it."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name else None, rest


app = typer.Typer(
    cls=CommandGroup,
    help="Turnaround: warn approvers before a TAT is missed, and show how the operation performs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def show_version(is_asked: bool) -> None:
    """Print the version and end."""
    if is_asked:
        sys.stdout.write(f"tat {metadata.version('turnaround')}\n")
        raise typer.Exit


@app.callback()
def set_out(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=show_version),
    ] = False,
) -> None:
    """What holds for every command."""


def show_warnings() -> None:
    """Log warnings to standard error, whatever level a library asks for."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    logging.getLogger().addHandler(handler)


def main() -> None:
    """Run the command; a known error becomes one clear line and exit code 1."""
    show_warnings()
    try:
        app()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    except Exception as error:
        from orchestration.commands.console import print_error
        from orchestration.commands.errors import KNOWN_ERRORS

        if not isinstance(error, KNOWN_ERRORS):
            raise
        print_error(str(error).strip())
        sys.exit(1)
