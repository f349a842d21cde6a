"""A report as an XLSX workbook: numbers as numbers, text as text, and a sheet that explains."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from orchestration.delivery.rendering import UNSAFE
from orchestration.reports.columns import Column
from orchestration.reports.describing import describe_clock, describe_filters
from orchestration.reports.reading import Answer

# What a sheet can hold.
MOST_ROWS = 1_048_575
LONGEST_TEXT = 32_767
NARROWEST, WIDEST = 10, 40
FORMATS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "text_wrap": True, "valign": "top"},
    "day": {"num_format": "yyyy-mm-dd"},
    "instant": {"num_format": "yyyy-mm-dd hh:mm"},
    "number": {"num_format": "#,##0.0"},
    "count": {"num_format": "#,##0"},
    "wrapped": {"text_wrap": True, "valign": "top"},
}


def write_workbook(answer: Answer) -> bytes:
    """The workbook of a report. Raises ValueError for more rows than a sheet can hold."""
    if len(answer.rows) > MOST_ROWS:
        raise ValueError(
            f"{len(answer.rows):,} rows are more than a sheet can hold: take --format csv."
        )
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    formats = {name: workbook.add_format(form) for name, form in FORMATS.items()}
    write_rows(workbook, formats, answer)
    write_meanings(workbook, formats, answer)
    workbook.set_properties({"title": answer.report.title, "created": answer.as_of})
    workbook.close()
    return buffer.getvalue()


def write_rows(workbook: Workbook, formats: dict[str, Format], answer: Answer) -> None:
    """The sheet with the rows, all columns of them, ready to filter."""
    sheet = workbook.add_worksheet(answer.report.title)
    for place, column in enumerate(answer.columns):
        sheet.write_string(0, place, column.label, formats["head"])
        sheet.set_column(place, place, measure_width(column, answer))
        for number, row in enumerate(answer.rows, start=1):
            write_cell(sheet, number, place, row[column.name], formats)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(answer.rows), 1), len(answer.columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def write_cell(
    sheet: Worksheet, row: int, place: int, value: Any, formats: dict[str, Format]
) -> None:
    """One value in its own type. Text is never a formula or a link; a time is local."""
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, place, value)
        case datetime():
            sheet.write_datetime(row, place, value.replace(tzinfo=None), formats["instant"])
        case date():
            sheet.write_datetime(row, place, value, formats["day"])
        case int():
            sheet.write_number(row, place, value, formats["count"])
        case Decimal() | float():
            sheet.write_number(row, place, float(value), formats["number"])
        case _:
            sheet.write_string(row, place, UNSAFE.sub(" ", str(value))[:LONGEST_TEXT])


def measure_width(column: Column, answer: Answer) -> int:
    """A width in characters that shows most of a column."""
    if column.data_type.startswith("timestamp"):
        return 17
    texts = (str(row[column.name]) for row in answer.rows[:200] if not column.is_number)
    return min(max(NARROWEST, len(column.label) // 2, *map(len, texts), 0) + 1, WIDEST)


def write_meanings(workbook: Workbook, formats: dict[str, Format], answer: Answer) -> None:
    """The sheet that says what the report is, what it was asked for and what its columns mean."""
    sheet = workbook.add_worksheet("What it means")
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 90)
    lines: Sequence[tuple[str, str]] = [
        (answer.report.title, answer.description),
        ("Asked for", ", ".join(describe_filters(answer))),
        ("Made", describe_clock(answer)),
        *([("Nothing to show", answer.why_empty)] if answer.why_empty else []),
        *((column.label, column.meaning) for column in answer.columns),
    ]
    for number, (name, meaning) in enumerate(lines):
        sheet.write_string(number, 0, name, formats["head"])
        sheet.write_string(number, 1, meaning, formats["wrapped"])
