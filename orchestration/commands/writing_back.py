"""`tat source write-back`: alerts and flags of levels in the app's own tables."""

from typing import Annotated

import typer

from database.connect import connect
from database.settings import load_settings
from orchestration.commands.console import OutputFormat, err, out, print_rows, show_step
from orchestration.commands.shared import FormatOption, open_as, open_migrated_database
from orchestration.sourcing import choose_source
from orchestration.write_back.keys import read_mapped_keys
from orchestration.write_back.running import find_writer, open_writer, run_write_back
from orchestration.write_back.targets import (
    ALERTS,
    LEVELS,
    Target,
    count_unwritten,
    find_target,
    switch_off,
    switch_on,
)

app = typer.Typer(help="Alerts and flags in the app's own tables.", no_args_is_help=True)

CHECK_SECONDS = 30
WRITE_SECONDS = 600
NO_TABLE = "none"
STATUS_COLUMNS = ["table_name", "target", "waiting", "oldest_seconds", "refused", "last_error"]

AlertsOption = Annotated[
    str, typer.Option(help="Name or schema.name of the app's table of alerts; none: not written.")
]
LevelsOption = Annotated[
    str | None,
    typer.Option(help="That of levels, by default as the mapping has it, else approval_levels."),
]


@app.command("on")
def turn_on(
    alerts: AlertsOption = "tat_alerts",
    levels: LevelsOption = None,
    with_past: Annotated[
        bool, typer.Option("--with-past", help="Also write what was recorded before.")
    ] = False,
) -> None:
    """Write alerts and flags of levels to the app's tables from now on, every half minute.

    Changes the app's tables: rows of its table of alerts, and tat50_alert_sent, tat75_alert_sent
    and tat_breached of its levels.
    """
    settings = load_settings()
    database = open_migrated_database(settings)
    schema = choose_source(database, settings).source_schema
    with connect(database, "tat_owner", autocommit=True) as owner:
        url = find_writer(owner, database, settings)
        mapped = read_mapped_keys(settings, url)
        levels = levels or mapped.levels or "approval_levels"
        with open_writer(url, CHECK_SECONDS) as source:
            targets = [
                find_target(source, table_name, *split_name(name, schema), mapped)
                for table_name, name in ((ALERTS, alerts), (LEVELS, levels))
                if name != NO_TABLE
            ]
        if not targets:
            raise ValueError("Both tables are `none`: nothing would be written.")
        switch_on(owner, targets, with_past=with_past)
    for target in targets:
        out.print(f"Written from now on: {describe_target(target)}", markup=False, soft_wrap=True)


def split_name(name: str, schema: str) -> tuple[str, str]:
    """Return schema and table of a name."""
    first, dot, rest = name.partition(".")
    return (first, rest) if dot else (schema, first)


def describe_target(target: Target) -> str:
    """Name a table of the app and the columns that are written."""
    return f"{target.schema}.{target.name} ({', '.join(target.columns.values())})"


@app.command("off")
def turn_off() -> None:
    """Write nothing to the app's tables any more, nor what waits.

    Changes nothing at the app's: what was written stays there.
    """
    with open_as("tat_owner") as owner:
        targets = switch_off(owner)
    err.print(f"No longer written: {', '.join(targets)}." if targets else "Nothing was written.")


@app.command("now")
def write_now() -> None:
    """Write what waits to the app's tables at once.

    Changes the app's tables, as `tat source write-back on` says.
    """
    settings = load_settings()
    database = open_migrated_database(settings)
    with show_step("Writing to the app's tables"):
        report = run_write_back(database, settings, seconds=WRITE_SECONDS)
    if report is None:
        raise ValueError("Nothing is written back; `tat source write-back on` begins with it.")
    if report.is_busy:
        raise ValueError("Another process is writing back; it writes all that waits.")
    out.print(
        f"{report.alerts:,} alerts and the flags of {report.levels:,} levels written, "
        f"{report.refused:,} rows refused."
    )


@app.command("status")
def show_status(output_format: FormatOption = OutputFormat.TABLE) -> None:
    """Show which of the app's tables are written to, and what waits.

    Changes nothing.
    """
    with open_as("tat_engine") as warehouse:
        print_rows(count_unwritten(warehouse), STATUS_COLUMNS, output_format)
