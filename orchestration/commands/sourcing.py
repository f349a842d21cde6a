"""`tat source`: the approval app's own database, followed minute by minute."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from database.connect import Database
from database.settings import Settings, load_settings
from ingestion.following.follow import FollowReport
from orchestration.commands.console import OutputFormat, err, print_rows, show_load
from orchestration.commands.shared import FormatOption, open_migrated_database
from orchestration.loading import settle_database
from orchestration.sourcing import follow as follow_source

app = typer.Typer()
source = typer.Typer(no_args_is_help=True, help="The approval app's own database.")
app.add_typer(source, name="source")

# A look at the source lasts no longer, so that a snapshot of it is not held for hours.
ROUND_SECONDS = 120


@source.command("follow")
def follow(
    once: Annotated[
        bool, typer.Option("--once", help="End once everything that had changed is loaded.")
    ] = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Load what changed at the source since the last time, then record what its levels crossed.

    Changes the source tables here, the quarantine, clocks and alerts; sends nothing, and changes
    nothing at the source.
    """
    settings = load_settings()
    database = open_migrated_database(settings, create=True)
    report = follow_to_the_end(database, settings)
    settle_database(database)
    counts = describe_round(report)
    print_rows([counts], list(counts), output_format)
    for fault in report.faults.values():
        err.print(f"[yellow]not followed:[/] {fault}")


def follow_to_the_end(database: Database, settings: Settings) -> FollowReport:
    """Run rounds until everything is read that had changed when the last of them began."""
    with show_load() as progress:
        while True:
            report = follow_source(database, settings, seconds=ROUND_SECONDS, progress=progress)
            if report is None:
                raise ValueError("TAT_SOURCE_URL is not set: there is no source to follow.")
            if report.is_through:
                return report


def describe_round(report: FollowReport) -> Mapping[str, Any]:
    """What a round did, in figures."""
    loaded = report.loaded
    return {
        "read_at": report.read_at,
        "rows_read": loaded.rows_read,
        "rows_loaded": loaded.rows_loaded,
        "rows_quarantined": loaded.rows_quarantined,
        "rows_waiting": loaded.rows_waiting,
        "rows_gone": loaded.rows_gone,
        "tables_at_fault": len(report.faults),
    }
