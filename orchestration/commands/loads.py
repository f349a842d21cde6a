"""`tat load` and `tat tick`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from database.connect import connect
from database.settings import load_settings
from ingestion.load import BundleError, validate_bundle
from orchestration.commands.bringing_up import load_with_progress, remember
from orchestration.commands.console import OutputFormat, err, print_rows, show_load, show_ticks
from orchestration.commands.shared import (
    INSTANTS,
    AcceptBadOption,
    FormatOption,
    open_migrated_database,
)
from orchestration.commands.summary import print_load
from orchestration.engine.tick import read_database_time, rehearse_ticks, run_ticks
from orchestration.loading import read_span, read_tolerance

app = typer.Typer()

BundleFolder = Annotated[
    Path, typer.Argument(help="Folder with one <table>.csv or .jsonl, plain or .gz, per table.")
]


@app.command()
def load(
    directory: BundleFolder,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Validate only.")] = False,
    accept_bad: AcceptBadOption = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Load a bundle, then record what its levels have crossed.

    A bundle is refused as a whole where TAT_REFUSE_PERCENT of a table's rows are bad.

    Changes the source tables, the quarantine, clocks and alerts; sends nothing.
    """
    settings = load_settings()
    database = open_migrated_database(settings, create=True)
    if dry_run:
        with connect(database, "tat_ingest") as connection, show_load() as progress:
            report = validate_bundle(
                connection,
                directory,
                span=read_span(),
                tolerance=None if accept_bad else read_tolerance(),
                progress=progress,
            )
    else:
        report = load_with_progress(database, directory, accept_bad=accept_bad)
        remember(settings, database)
    print_load(report, output_format)
    if report.refusals:
        raise BundleError("\n".join(("This load would be refused.", *report.refusals)))


@app.command()
def tick(
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=INSTANTS,
            help="Tick as of this instant, with its offset, instead of now.",
        ),
    ] = None,
    rehearse: Annotated[
        bool,
        typer.Option("--rehearse", help="Only count: whatever would be recorded is taken back."),
    ] = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Run the engine by hand until nothing is left to record.

    Changes clocks, alerts, flags, activities and the outbox; sends nothing.
    """
    database = open_migrated_database(load_settings())
    with connect(database, "tat_engine", autocommit=True) as connection:
        present = read_database_time(connection)
        moment = as_of or present
        if moment > present and not rehearse:
            raise ValueError(
                f"{moment.isoformat()} is ahead of the database's clock ({present.isoformat()}):"
                " alerts of it would be false. Add --rehearse to count them and record nothing."
            )
        run = rehearse_ticks if rehearse else run_ticks
        with show_ticks() as progress:
            report = run(connection, moment, origin="command", progress=progress)
    print_rows([vars(report)], list(vars(report)), output_format)
    if rehearse:
        err.print("A rehearsal: nothing was recorded.")
