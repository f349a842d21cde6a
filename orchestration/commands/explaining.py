"""`tat explain`: a level's elapsed time and alerts, part by part."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from database.settings import load_settings
from orchestration.commands.console import OutputFormat, out, print_rows, to_json
from orchestration.commands.shared import INSTANTS, FormatOption, open_migrated_database
from orchestration.engine.explaining import (
    Line,
    explain,
    list_windows,
    show_instant,
    summarize,
)

app = typer.Typer()

COLUMNS = ["cycle", "kind", "starts_at", "ends_at", "microseconds", "hours", "description"]
FACTS = {"segment": "Clock", "holder": "Held", "edit": "Edits"}


@app.command("explain")
def explain_level(
    level: Annotated[
        str, typer.Argument(help="A level's id, the beginning of it, or REQUEST_NUMBER/LEVEL.")
    ],
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=INSTANTS,
            help="Explain it as of this instant, with its offset, instead of now.",
        ),
    ] = None,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Show all that makes up the time and alerts of a level.

    Windows, holidays, pauses, holders and thresholds, each with its share.

    Changes nothing.
    """
    database = open_migrated_database(load_settings())
    explanation = explain(database, level, as_of)
    if output_format is OutputFormat.JSON:
        result = {"level_id": explanation.level_id, "lines": explanation.lines}
        sys.stdout.write(json.dumps(result, default=to_json, indent=2) + "\n")
    elif output_format is OutputFormat.CSV:
        print_rows(explanation.lines, COLUMNS, output_format)
    else:
        for cycle, lines in explanation.cycles:
            print_cycle(cycle, lines, len(explanation.cycles))


def print_cycle(cycle: int, lines: Sequence[Line], cycles: int) -> None:
    """One cycle: what it is, its clock and holders, its windows, its thresholds and alerts."""
    header = next(line for line in lines if line["kind"] == "level")
    if cycles > 1:
        out.print(f"\n[bold]Cycle {cycle}[/]")
    out.print(header["description"], markup=False)
    started = show_instant(header["starts_at"], header["time_zone"])
    ended = show_instant(header["ends_at"], header["time_zone"])
    out.print(f"started {started} {header['time_zone']}" + (f", ended {ended}" if ended else ""))
    for kind, title in FACTS.items():
        print_facts(title, [line for line in lines if line["kind"] == kind])
    windows = list_windows(lines)
    print_rows(windows, ["from", "until", "hours", "total", "what"], title="Working time (TAT h)")
    print_targets([line for line in lines if line["kind"] in ("threshold", "alert")])
    out.print(summarize(lines))


def print_facts(title: str, lines: Sequence[Line]) -> None:
    """Lines with an instant and a description each."""
    for line in lines:
        since = show_instant(line["starts_at"], line["time_zone"])
        hours = "" if line["hours"] is None else f", {line['hours']:.2f} h"
        out.print(f"{title:<8} {since}  {line['description']}{hours}", markup=False)


def print_targets(lines: Sequence[Line]) -> None:
    """Thresholds with their instants, alerts with when they were recorded."""
    rows = [
        {
            "crossed": show_instant(line["starts_at"], line["time_zone"]),
            "at hours": None if line["hours"] is None else f"{line['hours']:.2f}",
            "what": line["description"],
        }
        for line in lines
    ]
    print_rows(rows, ["crossed", "at hours", "what"], title="Thresholds and alerts")
