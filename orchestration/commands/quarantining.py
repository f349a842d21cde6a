"""`tat quarantine`: the rows that loads kept out."""

from pathlib import Path
from typing import Annotated

import psycopg
import typer

from database.connect import connect
from database.settings import load_settings
from ingestion.held import (
    Choice,
    Grouping,
    choose_ids,
    drop_held,
    list_held,
    retry_held,
    show_held,
)
from orchestration.commands.console import (
    OutputFormat,
    format_value,
    out,
    print_rows,
    show_load,
    show_step,
    show_ticks,
)
from orchestration.commands.shared import FormatOption, open_as, open_migrated_database
from orchestration.commands.summary import print_load
from orchestration.loading import read_span, settle_database

app = typer.Typer()
quarantine_app = typer.Typer(
    help="Rows that loads kept out: list, show, retry and drop them.", no_args_is_help=True
)
app.add_typer(quarantine_app, name="quarantine")

MOST_REASONS = 1_000
COUNTS = ["rows", "waiting", "example"]
COLUMNS = {
    Grouping.REASON: ["table", "reason", *COUNTS, "latest"],
    Grouping.TABLE: ["table", *COUNTS, "latest"],
    Grouping.LOAD: ["load", "source", "finished_at", *COUNTS],
    Grouping.ROW: ["id", "table", "key", "load", "row", "reasons", "waiting", "quarantined_at"],
}
FACTS = ["id", "table", "key", "reasons", "state", "row", "source", "first_load", "last_load"]
FACTS += ["quarantined_at", "resolved_at"]

Ids = Annotated[list[int] | None, typer.Argument(help="Ids of `tat quarantine list --by row`.")]
TableOption = Annotated[str | None, typer.Option("--table", help="Only of this table.")]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", help="Only where a reason holds this text.")
]
LoadOption = Annotated[int | None, typer.Option("--load", help="Only of this load.")]


@quarantine_app.command("list")
def list_rows(
    by: Annotated[Grouping, typer.Option(help="What to count by; row: each.")] = Grouping.REASON,
    table: TableOption = None,
    reason: ReasonOption = None,
    load: LoadOption = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many lines.")] = 50,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Show what is kept out, the commonest reasons first; a row of two reasons counts in both.

    Changes nothing.
    """
    with open_as("tat_ingest") as connection:
        rows = list_held(connection, Choice(None, table, reason, load), by, limit)
    print_rows(rows, COLUMNS[by], output_format)


@quarantine_app.command("show")
def show_row(
    quarantine_id: Annotated[int, typer.Argument(help="Such as an example of the list.")],
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Show a row as its source gave it, and why it is kept out.

    Changes nothing.
    """
    with open_as("tat_ingest") as connection:
        row = show_held(connection, quarantine_id)
    if output_format is not OutputFormat.TABLE:
        print_rows([row], [*FACTS, "source_row"], output_format)
        return
    shown = row | {"reasons": "; ".join(row["reasons"])}
    facts = [
        {"fact": name, "value": format_value(shown[name])}
        for name in FACTS
        if shown[name] is not None
    ]
    print_rows(facts, ["fact", "value"])
    values = [{"column": name, "value": value} for name, value in row["source_row"].items()]
    print_rows(values, ["column", "value"], title="As the source gave it")


@quarantine_app.command("retry")
def retry(
    ids: Ids = None,
    table: TableOption = None,
    reason: ReasonOption = None,
    load: LoadOption = None,
) -> None:
    """Load rows again by the same checks, such as once what they refer to is there.

    Without a choice all of them. What is wrong with a row itself is mended at its source, and
    loaded from there.

    Changes the source tables, the quarantine, clocks and alerts; sends nothing.
    """
    database = open_migrated_database(load_settings())
    choice = Choice(ids or None, table, reason, load)
    with connect(database, "tat_ingest") as connection, show_load() as progress:
        retried = retry_held(connection, choice, span=read_span(), progress=progress)
    with show_ticks() as tick_progress:
        settle_database(database, progress=tick_progress)
    print_load(retried.report)
    out.print(
        f"{retried.chosen:,} rows were chosen: {retried.chosen - retried.kept:,} are out of "
        f"quarantine, {retried.kept:,} are still kept out."
    )


@quarantine_app.command("drop")
def drop(
    ids: Ids = None,
    table: TableOption = None,
    reason: ReasonOption = None,
    load: LoadOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Give up rows: they are no longer counted nor tried again, and stay as a record.

    A load that brings such a row again quarantines it again.

    Changes the state of those rows.
    """
    with open_as("tat_ingest") as connection:
        chosen = choose_ids(connection, Choice(ids or None, table, reason, load))
        print_chosen(connection, chosen)
        if chosen and not yes:
            typer.confirm(f"Give up these {len(chosen):,} rows?", abort=True)
        dropped = drop_held(connection, chosen)
    out.print(f"{dropped:,} rows are given up.")


@quarantine_app.command("docs")
def docs(
    folder: Annotated[Path, typer.Argument(help="Where the pages are written.")],
) -> None:
    """Write the data docs: what must hold of each table, what was found, what is kept out.

    Great Expectations validates the loaded tables for it.

    Changes nothing in the database.
    """
    # Great Expectations takes seconds to import.
    from ingestion.expectations.docs import write_docs

    database = open_migrated_database(load_settings())
    with connect(database, "tat_ingest") as connection:
        kept_out = list_held(connection, Choice(), Grouping.REASON, MOST_REASONS)
    with show_step("Validating the loaded tables"):
        folder.mkdir(parents=True, exist_ok=True)
        page = write_docs(database.url("tat_ingest"), "workflow", folder, kept_out)
    out.print(f"The data docs begin with {page}", markup=False, soft_wrap=True)


def print_chosen(connection: psycopg.Connection, chosen: list[int]) -> None:
    """Print what is chosen, by reason."""
    rows = list_held(connection, Choice(chosen), Grouping.REASON, len(chosen) or 1)
    print_rows(rows, COLUMNS[Grouping.REASON])
