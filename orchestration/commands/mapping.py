"""`tat source draft`, `check`, `convert` and `schema`: mappings of tables and of event logs."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from database.settings import load_settings
from orchestration.commands.console import (
    OutputFormat,
    build_progress,
    err,
    out,
    print_rows,
    show_step,
)
from orchestration.commands.shared import FormatOption

app = typer.Typer()

CHECK_COLUMNS = ["table", "column", "source", "rows", "severity", "problem"]
# All rows of a large source are looked at.
CHECK_SECONDS = 3600
DRAFT_SECONDS = 30
SHOWN_ACTIVITIES = 20
SHOWN_CHARACTERS = 60


@app.command("check")
def check(
    file: Annotated[
        Path | None, typer.Argument(help="The mapping; TAT_SOURCE_MAPPING by default.")
    ] = None,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Check a mapping against the source: a line for each column, with what is to be mended.

    Reads all rows that the mapping names; changes nothing. Ends with 1 where there is an error.
    """
    from ingestion.following.source import open_source
    from ingestion.mapping.checking import check_mapping
    from orchestration.sourcing import find_source

    settings = load_settings()
    path = file or settings.source_mapping
    if path is None:
        raise ValueError("Give a mapping file, or name one in TAT_SOURCE_MAPPING.")
    url = find_source(settings)
    with show_step("Reading the source"), open_source(url, seconds=CHECK_SECONDS) as source:
        lines = check_mapping(source.connection, path)
    rows = [vars(line) for line in lines]
    if output_format is OutputFormat.TABLE:
        rows = [row | {"source": shorten(row["source"])} for row in rows]
    print_rows(rows, CHECK_COLUMNS, output_format, title=str(path))
    errors = sum(line.severity == "error" for line in lines)
    warnings = sum(line.severity == "warning" for line in lines)
    if errors:
        raise ValueError(
            f"{path.name} has {errors} errors and {warnings} warnings. Mend the errors before "
            "anything is loaded."
        )
    if output_format is OutputFormat.TABLE:
        out.print(f"{path.name} can be used: no errors, {warnings} warnings.")


@app.command("draft")
def draft(
    schema: Annotated[str, typer.Option(help="The schema of the app's tables.")] = "public",
) -> None:
    """Propose a mapping by the names of the source's tables and columns.

    Prints a file to go on from; reads no row and changes nothing.
    """
    from ingestion.following.source import open_source
    from ingestion.mapping.drafting import draft_mapping
    from orchestration.sourcing import find_source

    with open_source(find_source(load_settings()), seconds=DRAFT_SECONDS) as source:
        sys.stdout.write(draft_mapping(source.connection, schema))


def shorten(text: str) -> str:
    """The beginning of an expression, so that a line of a table stays one."""
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


@app.command("convert")
def convert(
    log: Annotated[Path, typer.Argument(help="An event log: .xes or .csv, plain or .gz.")],
    mapping: Annotated[Path, typer.Option(help="The mapping of its activities to levels.")],
    to: Annotated[Path, typer.Option(help="A new folder for the bundle.")],
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Convert an event log into a bundle, which `tat load` takes.

    Writes files; changes nothing in the database.
    """
    from rich.progress import BarColumn, DownloadColumn

    from ingestion.event_logs.converting import convert_log

    with build_progress(BarColumn(), DownloadColumn()) as progress:
        task = progress.add_task(f"Reading {log.name}", total=None)
        conversion = convert_log(
            log,
            mapping,
            to,
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    counts = [{"table": table, "rows": rows} for table, rows in conversion.rows.items()]
    print_rows(counts, ["table", "rows"], output_format)
    for what, count in conversion.left_out.most_common():
        err.print(f"Left out: {count:,} {what}", markup=False)
    if output_format is not OutputFormat.TABLE:
        return
    out.print(f"{conversion.events:,} events of {conversion.cases:,} cases.")
    if conversion.unmatched:
        unmatched: list[dict[str, Any]] = [
            {"activity": activity, "events": events}
            for activity, events in conversion.unmatched.most_common(SHOWN_ACTIVITIES)
        ]
        print_rows(unmatched, ["activity", "events"], title="Of no level and no status")


@app.command("schema")
def print_schema(
    event_log: Annotated[
        bool, typer.Option("--event-log", help="Of the mappings of event logs.")
    ] = False,
) -> None:
    """Print the JSON schema of mapping files, by which editors complete and check them.

    Changes nothing.
    """
    from ingestion.event_logs.model import EventLogMapping
    from ingestion.mapping.model import Mapping

    schema = (EventLogMapping if event_log else Mapping).model_json_schema()
    sys.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
