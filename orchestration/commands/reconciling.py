"""`tat reconcile`: every crossing recomputed by another road and compared with the record."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn

from database.connect import connect
from database.settings import load_settings
from orchestration.commands.console import OutputFormat, build_progress, out, print_rows, to_json
from orchestration.commands.shared import INSTANTS, FormatOption, open_migrated_database
from orchestration.engine.reconciliation import Reconciliation, reconcile
from orchestration.engine.reconciliation.comparison import describe_kinds

app = typer.Typer()

COLUMNS = ["kind", "level_id", "request_number", "cycle", "alert_type"]
COLUMNS += ["recorded_at", "expected_at", "detail"]
LISTED = 20


@app.command("reconcile")
def run_reconciliation(
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=INSTANTS,
            help="Compare up to this instant, instead of the last tick that left nothing behind.",
        ),
    ] = None,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Compute every crossing again by another road, and compare.

    Fails if an alert differs from what the source rows and rules make of it.

    Changes nothing.
    """
    database = open_migrated_database(load_settings())
    with connect(database, "tat_engine", autocommit=True) as connection, show_levels() as progress:
        found = reconcile(connection, as_of, progress=progress)
    if output_format is OutputFormat.JSON:
        sys.stdout.write(json.dumps(to_dict(found), default=to_json, indent=2) + "\n")
    elif output_format is OutputFormat.CSV:
        print_rows([vars(finding) for finding in found.findings], COLUMNS, output_format)
    else:
        print_reconciliation(found)
    if not found.is_clean:
        raise typer.Exit(1)


def to_dict(found: Reconciliation) -> dict[str, Any]:
    """The whole comparison for machines."""
    return {
        "as_of": found.as_of,
        "is_clean": found.is_clean,
        "levels": found.levels,
        "crossings": found.crossings,
        "unreadable": found.unreadable,
        "counts": dict(found.counts),
        "findings": [vars(finding) for finding in found.findings],
        "findings_not_kept": found.counts.total() - len(found.findings),
    }


def print_reconciliation(found: Reconciliation) -> None:
    """Counts by kind and the first findings, errors first."""
    meanings = describe_kinds()
    if found.counts:
        rows = [
            {"kind": kind, "findings": found.counts[kind], "means": meaning}
            for kind, meaning in meanings.items()
            if found.counts[kind]
        ]
        print_rows(rows, ["kind", "findings", "means"])
        ordered = sorted(found.findings, key=lambda finding: not finding.is_error)
        print_rows([vars(finding) for finding in ordered[:LISTED]], COLUMNS)
        left = found.counts.total() - min(LISTED, len(ordered))
        if left:
            out.print(f"{left:,} more are not listed; --format csv has up to 10,000.")
    if found.unreadable:
        out.print(f"{found.unreadable:,} levels lie outside what clocks can hold (quarantine).")
    verdict = "all recorded exactly" if found.is_clean else "and the record differs"
    out.print(
        f"{found.levels:,} levels, {found.crossings:,} crossings up to "
        f"{found.as_of.isoformat(sep=' ', timespec='seconds')}: {verdict}."
    )


@contextmanager
def show_levels() -> Iterator[Callable[[int, int], None]]:
    """A bar of the levels compared; yields the comparison's callback."""
    with build_progress(BarColumn(), MofNCompleteColumn()) as progress:
        task = progress.add_task("Comparing levels", total=None)

        def report(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield report
