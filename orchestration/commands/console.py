"""What a person or a script sees: tables, json, csv, progress and one-line errors."""

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from orchestration.engine.tick import TickReport

# Where no terminal says how wide it is, a table may be as wide as its rows.
WIDTH_OF_A_FILE = 240
WIDEST = 1_000_000
# What would move a terminal's cursor, colour it or turn its text around.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# A spreadsheet takes text that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Terminal(Console):
    """Prints what can't be seen as its number, wherever it comes from."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(
            UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text), **options
        )


out = Terminal(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
err = Terminal(stderr=True, highlight=False)


class OutputFormat(StrEnum):
    """How a result is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def print_rows(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    output_format: OutputFormat = OutputFormat.TABLE,
    *,
    title: str | None = None,
) -> None:
    """Print rows as a table for people, or as json or csv for machines."""
    if output_format is OutputFormat.JSON:
        sys.stdout.write(json.dumps([dict(row) for row in rows], default=to_json, indent=2) + "\n")
    elif output_format is OutputFormat.CSV:
        sys.stdout.write(format_csv(rows, columns))
    else:
        print_table(out, rows, columns, title)


def print_table(
    console: Console,
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    title: str | None = None,
) -> None:
    """Print rows as a table; each row on its own where a terminal is too narrow for that."""
    table = build_table(rows, columns, title)
    needed = console.measure(table, options=console.options.update(max_width=WIDEST)).maximum
    if needed <= console.width:
        console.print(table)
    elif console.is_terminal:
        for number, row in enumerate(rows, start=1):
            console.print(build_record(row, columns, f"row {number}"))
    else:
        Terminal(file=console.file, highlight=False, width=needed).print(table)


def build_record(row: Mapping[str, Any], columns: Sequence[str], title: str) -> Table:
    """One row as a table of its own: a column and its value a line."""
    record = Table(
        title=title, title_justify="left", title_style="bold", box=None, show_header=False
    )
    record.add_column(style="bold", overflow="fold")
    record.add_column(overflow="fold")
    for column in columns:
        record.add_row(escape(column), format_cell(row[column]))
    return record


@contextmanager
def page() -> Iterator[None]:
    """Let a terminal's pager show what is longer than the screen."""
    if not (out.is_terminal and sys.stdin.isatty()):
        yield
        return
    # Quit where it fits on one screen, and show colours.
    os.environ.setdefault("LESS", "-FRX")
    with out.pager(styles=True):
        yield


def build_table(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], title: str | None
) -> Table:
    """A table with numbers to the right."""
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for column in columns:
        is_number = any(isinstance(row[column], int | float | Decimal) for row in rows)
        justify: Literal["left", "right"] = "right" if is_number else "left"
        table.add_column(escape(column), justify=justify, overflow="fold")
    for row in rows:
        table.add_row(*(format_cell(row[column]) for column in columns))
    return table


def format_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """RFC 4180 text with a header; null is empty, and text that looks like a formula is quoted."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(
            ["" if row[column] is None else guard_formula(row[column]) for column in columns]
        )
    return buffer.getvalue()


def guard_formula(value: Any) -> str:
    """A value as text that no spreadsheet runs: a quote before text that begins as a formula."""
    text = format_value(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def format_value(value: Any) -> str:
    """A value as text: times in ISO 8601, structures as json."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds" if not value.microsecond else "auto")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | dict):
        return json.dumps(value, default=to_json, ensure_ascii=False)
    return str(value)


def format_cell(value: Any) -> str:
    """A value in a table for people: thousands apart, null as a dash."""
    if value is None:
        return "-"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return escape(format_value(value))


def to_json(value: Any) -> Any:
    """What json itself can't write: exact numbers as numbers where they fit, the rest as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


@contextmanager
def show_step(text: str) -> Iterator[None]:
    """A spinner while one step runs, then the step with its seconds."""
    with build_progress(SpinnerColumn()) as progress:
        progress.add_task(text, total=None)
        yield


@contextmanager
def show_load() -> Iterator[Callable[[str, str, int, int], None]]:
    """A bar per table and stage of a load; yields the load's progress callback."""
    with build_progress(BarColumn(), MofNCompleteColumn()) as progress:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, table: str, done: int, total: int) -> None:
            if table not in tasks:
                tasks[table] = progress.add_task(table, total=total)
            progress.update(
                tasks[table], description=f"{stage} {table}", completed=done, total=total
            )

        yield report


@contextmanager
def show_ticks() -> Iterator[Callable[["TickReport"], None]]:
    """The alerts recorded so far while a backlog is drained; yields the ticks' callback."""
    with build_progress(SpinnerColumn()) as progress:
        task = progress.add_task("Deriving clocks and recording crossings", total=None)

        def report(ticks: "TickReport") -> None:
            progress.update(
                task,
                description=(
                    f"Recording crossings: {ticks.levels_derived:,} clocks derived, "
                    f"{ticks.alerts_recorded:,} alerts recorded, {ticks.backlog:,} levels left"
                ),
            )

        yield report


def build_progress(*columns: Any) -> Progress:
    """Progress on standard error, so that standard output stays clean for machines."""
    return Progress(TextColumn("{task.description}"), *columns, TimeElapsedColumn(), console=err)


def print_error(message: str) -> None:
    """One line (or one a fault) that says what is wrong and what to do."""
    for line in message.splitlines() or ["unknown error"]:
        err.print(f"[bold red]error:[/] {escape(line)}", soft_wrap=True)
