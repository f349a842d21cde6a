"""A report as one HTML page, which needs no network and no script."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from database.statements import Rows
from orchestration.reports.charts import (
    Bars,
    Chart,
    Lines,
    Timeline,
    list_points,
    list_stretches,
    sum_bars,
)
from orchestration.reports.columns import (
    CODES,
    Column,
    choose_columns,
    format_cell,
    format_value,
    say_code,
)
from orchestration.reports.describing import (
    describe_clock,
    describe_filters,
    say_bars,
    say_lines,
    say_stretches,
)
from orchestration.reports.drawing import NARROW, WIDE, draw_bars, draw_lines, draw_timeline
from orchestration.reports.reading import Answer

# More rows than this nobody reads on a page; files have them all.
MOST_ROWS = 500


@dataclass(frozen=True)
class Plot:
    """A chart on the page: its pictures for a desktop and a phone, or why it has none."""

    title: str
    said: str
    wide: str
    narrow: str
    note: str = ""


def write_page(answer: Answer) -> str:
    """The page of a report."""
    report = answer.report
    columns = choose_columns(answer.columns, report.shown)
    return (
        open_templates()
        .get_template("report.html")
        .render(
            report=report,
            description=answer.description,
            filters=describe_filters(answer),
            clock=describe_clock(answer),
            why_empty=answer.why_empty,
            figures=list_figures(answer),
            plots=[draw_plot(chart, answer) for chart in report.charts] if answer.rows else [],
            columns=columns,
            rows=[format_row(row, columns, answer) for row in answer.rows[:MOST_ROWS]],
            count=len(answer.rows),
        )
    )


@lru_cache
def open_templates() -> Environment:
    """The templates: all that is put into them is escaped, a misspelt name is an error."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["svg"] = Markup
    return environment


def list_figures(answer: Answer) -> list[tuple[str, str]]:
    """Each number about the whole report, with its unit, and what it is."""
    if not answer.rows:
        return []
    return [
        (join_unit(figure.measure(answer.rows), figure.unit, answer), figure.label)
        for figure in answer.report.figures
    ]


def join_unit(value: Any, unit: str, answer: Answer) -> str:
    """A number and its unit; no unit without a number."""
    text = format_value(value, answer.zone)
    return f"{text} {unit}" if unit and value is not None else text


def format_row(row: Any, columns: Sequence[Column], answer: Answer) -> list[str]:
    """A row of the page's table."""
    period = answer.report.period
    return [
        format_cell(
            row[column.name],
            column,
            answer.zone,
            period.grain if period and period.column == column.name else None,
        )
        for column in columns
    ]


def list_page_rows(answer: Answer, most: int) -> list[list[str]]:
    """The headings of the page's table and its first rows."""
    columns = choose_columns(answer.columns, answer.report.shown)
    rows = [format_row(row, columns, answer) for row in answer.rows[:most]]
    return [[column.label for column in columns], *rows]


def draw_plot(chart: Chart, answer: Answer) -> Plot:
    """A chart of a report's rows, for both widths."""
    match chart:
        case Bars():
            return plot_bars(chart, answer.rows)
        case Lines():
            return plot_lines(chart, answer)
        case Timeline():
            return plot_timeline(chart, answer)


def plot_bars(chart: Bars, rows: Rows) -> Plot:
    """Bars; a note says how many are left out."""
    bars = sum_bars(chart, rows)
    if chart.by in CODES:
        bars = [replace(bar, name=say_code(bar.name)) for bar in bars]
    if not bars:
        return Plot(chart.title, chart.nothing, "", "")
    shown = bars[: chart.most]
    more = len(bars) - len(shown)
    note = f"The first {len(shown)} are drawn; {more} more are in the rows below." if more else ""
    wide, narrow = (draw_bars(chart, shown, width) for width in (WIDE, NARROW))
    return Plot(chart.title, say_bars(chart, shown), wide, narrow, note)


def plot_lines(chart: Lines, answer: Answer) -> Plot:
    """Lines over time."""
    points = [(line, list_points(line, chart, answer.rows)) for line in chart.lines]
    if not all(any(value == value for _, value in series) for _, series in points):
        return Plot(chart.title, chart.nothing, "", "")
    wide, narrow = (draw_lines(chart, points, width, answer.day_zone) for width in (WIDE, NARROW))
    return Plot(chart.title, say_lines(chart, points), wide, narrow)


def plot_timeline(chart: Timeline, answer: Answer) -> Plot:
    """The levels of a request."""
    stretches = list_stretches(answer.rows, answer.as_of)
    if not stretches:
        return Plot(chart.title, chart.nothing, "", "")
    wide, narrow = (draw_timeline(chart, stretches, width, answer.zone) for width in (WIDE, NARROW))
    return Plot(chart.title, say_stretches(answer, stretches), wide, narrow)
