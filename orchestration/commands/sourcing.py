"""`tat source`: the approval app's own database, followed minute by minute."""

import time
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

import typer

from database.connect import Database
from database.settings import Settings, load_settings
from ingestion.contract import TABLES
from ingestion.following.rounds import FollowReport
from ingestion.following.state import accept_table
from orchestration.adoption import describe_queue, list_faults
from orchestration.commands import adopting, mapping, replicating, writing_back
from orchestration.commands.console import (
    OutputFormat,
    err,
    out,
    print_error,
    print_rows,
    show_load,
)
from orchestration.commands.shared import (
    AcceptBadOption,
    FormatOption,
    open_as,
    open_migrated_database,
)
from orchestration.loading import settle_database
from orchestration.reading import fetch_rows
from orchestration.sourcing import (
    SOURCE_ERRORS,
    NoSourceError,
    choose_source,
    compare,
    describe_source,
    find_source,
)
from orchestration.sourcing import follow as follow_source

app = typer.Typer()
source = typer.Typer(no_args_is_help=True, help="The approval app's own database.")
app.add_typer(source, name="source")
source.add_typer(adopting.app)
source.add_typer(replicating.app, name="replicate")
source.add_typer(writing_back.app, name="write-back")
source.add_typer(mapping.app)

# A look at the source lasts no longer, so that no snapshot of it is held for hours.
ROUND_SECONDS = 120
COMPARE_SECONDS = 3600
EVERY_SECONDS = 60
TABLE_COLUMNS = ["table", "state", "rows_read", "followed_at", "compared_at", "other_columns"]

TableName = Annotated[str, typer.Argument(help="A table of the contract, such as users.")]


class SourceNotFollowedError(ValueError):
    """What changed at the source is not known here."""


@source.command("follow")
def follow(
    once: Annotated[
        bool, typer.Option("--once", help="End once everything that had changed is loaded.")
    ] = False,
    accept_bad: AcceptBadOption = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Load what changed at the source, then record what its levels crossed; again each minute.

    Changes the source tables here, the quarantine, clocks and alerts; sends nothing, and changes
    nothing at the source. Dagster's sensor does the same before each tick.
    """
    settings = load_settings()
    database = open_migrated_database(settings, create=settings.source_url is not None)
    find_source(choose_source(database, settings))
    while True:
        started = time.monotonic()
        try:
            report = follow_to_the_end(database, settings, accept_bad=accept_bad)
            print_report(report, output_format)
        except SOURCE_ERRORS as error:
            if once:
                raise
            print_error(str(error))
        settle_database(database)
        if once:
            return
        time.sleep(max(EVERY_SECONDS - (time.monotonic() - started), 0))


def follow_to_the_end(
    database: Database, settings: Settings, *, accept_bad: bool = False
) -> FollowReport:
    """Read until nothing is left that had changed when the last round began."""
    with show_load() as progress:
        follow_on = partial(
            follow_source,
            database,
            settings,
            seconds=ROUND_SECONDS,
            accept_bad=accept_bad,
            progress=progress,
        )
        report = follow_on()
        while not report.is_through:
            further = follow_on()
            further.loaded.include(report.loaded)
            report = further
        return report


@source.command("compare")
def compare_tables(output_format: FormatOption = OutputFormat.TABLE) -> None:
    """Compare whole tables with the source: finds deletions, and changes that carry no date.

    Tables that were compared within the hour are left out. Changes the source tables here.
    """
    settings = load_settings()
    database = open_migrated_database(settings)
    find_source(choose_source(database, settings))
    report = compare(database, settings, seconds=COMPARE_SECONDS)
    settle_database(database)
    print_report(report, output_format)


@source.command("accept")
def accept(table: TableName) -> None:
    """Take a table as it is at the source now: columns that are gone, and rows that are.

    It is followed again, and compared as a whole, within a minute. Changes nothing at the source.
    """
    if table not in {known.name for known in TABLES}:
        raise ValueError(f"The contract has no table {table}.")
    with open_as("tat_ingest") as connection:
        if not accept_table(connection, table):
            raise ValueError(f"{table} is not followed.")
    out.print(f"{table} is taken as it is at the source.")


@source.command("status")
def show_status(
    check: Annotated[
        bool, typer.Option("--check", help="Fail when a change at the source may be unknown here.")
    ] = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Show how far the source is followed, table by table.

    Changes nothing, and does not ask the source.
    """
    settings = load_settings()
    database = open_migrated_database(settings)
    health = read_health(database)
    tables = fetch_rows(database, "list_source_tables")
    faults = list_faults(database, settings)
    state = "\n".join([*faults, describe_source(health, tables)])
    if output_format is OutputFormat.TABLE:
        print_rows(tables, TABLE_COLUMNS)
        for row in tables:
            if row["advice"]:
                out.print(row["advice"], markup=False, soft_wrap=True)
        out.print(state, markup=False, soft_wrap=True)
        queue = describe_queue(database)
        if queue is not None:
            out.print(queue)
    else:
        print_rows(tables, [*TABLE_COLUMNS, "reason", "advice"], output_format)
    if check and (faults or not health["is_followed"]):
        raise SourceNotFollowedError(state)


def read_health(database: Database) -> Mapping[str, Any]:
    """The row of tat.source_health; raises NoSourceError where nothing was ever followed."""
    rows = fetch_rows(database, "read_source_health")
    if not rows:
        raise NoSourceError(
            "No source was followed yet. Set TAT_SOURCE_URL and run `tat source follow --once`."
        )
    return rows[0]


def print_report(report: FollowReport, output_format: OutputFormat) -> None:
    """Show what was loaded, and on standard error what is not followed."""
    loaded = report.loaded
    counts = {
        "read_at": report.read_at,
        "rows_read": loaded.rows_read,
        "rows_loaded": loaded.rows_loaded,
        "rows_gone": loaded.rows_gone,
        "rows_quarantined": loaded.rows_quarantined,
        "rows_waiting": loaded.rows_waiting,
        "tables_not_followed": len(report.faults),
    }
    print_rows([counts], list(counts), output_format)
    for fault in report.faults.values():
        err.print(f"Not followed: {fault}", markup=False, soft_wrap=True)
    for table, columns in report.fresh_columns.items():
        err.print(f"New in {table} and not followed: {', '.join(columns)}.", markup=False)
