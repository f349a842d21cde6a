"""`tat status`: is the engine alive, how late is it, what waits."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from database.connect import Database, open_database
from database.server import EmbeddedServer
from database.settings import load_settings
from orchestration.commands.console import OutputFormat, out, print_rows
from orchestration.commands.shared import FormatOption
from orchestration.reading import fetch_rows

app = typer.Typer()

CHANNEL_COLUMNS = ["channel_name", "kind", "due", "later", "oldest_due_seconds"]
CHANNEL_COLUMNS += ["sent_last_day", "suppressed_last_day", "dead_last_day", "last_error"]


class EngineDeadError(ValueError):
    """Two ticks in a row are missing."""


@app.command("status")
def show_status(
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Fail when no tick finished within 140 seconds: two are missing."
        ),
    ] = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Show the engine's heartbeat, lateness and what waits.

    Changes nothing.
    """
    settings = load_settings()
    if settings.database_url is None and EmbeddedServer(settings.home).is_stopped():
        raise ValueError("The embedded database does not run. Start it with `tat up`.")
    database = open_database(settings, create=False)
    rows = fetch_rows(database, "read_engine_health")
    health = rows[0]
    if output_format is OutputFormat.TABLE:
        pairs = [{"what": name, "value": value} for name, value in health.items()]
        print_rows(pairs, ["what", "value"])
        channels = fetch_rows(database, "read_delivery_health")
        print_rows(channels, CHANNEL_COLUMNS, title="Reminders by channel")
        for source in fetch_rows(database, "read_source_health"):
            print_source(source, database)
        out.print(describe_health(health))
    else:
        print_rows(rows, list(health), output_format)
    if check and not health["is_alive"]:
        raise EngineDeadError(describe_health(health))


def print_source(health: Mapping[str, Any], database: Database) -> None:
    """Say how the source is followed, where there is one."""
    # Following imports what loads do, which takes longer than the rest of this command.
    from orchestration.sourcing import describe_source

    tables = fetch_rows(database, "list_source_tables")
    out.print(describe_source(health, tables), markup=False, soft_wrap=True)


def describe_health(health: Mapping[str, Any]) -> str:
    """One sentence: alive, or since when not and what to do."""
    if health["is_alive"]:
        return f"The engine is alive: the last tick was {health['seconds_since_tick']} s ago."
    advice = (
        "Start Dagster with `tat up` and see that tat_threshold_sensor is on, "
        "or tick by hand with `tat tick`."
    )
    if health["last_tick_at"] is None:
        return f"No tick has ever finished here. {advice}"
    return f"No tick for {describe_seconds(float(health['seconds_since_tick']))}. {advice}"


def describe_seconds(seconds: float) -> str:
    """A duration in its largest sensible unit."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"
