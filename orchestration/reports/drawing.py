"""Draw charts as SVG that scales, prints, and takes its colours from the page."""

import io
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, DateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, MaxNLocator

from orchestration.delivery.rendering import clean_line
from orchestration.reports.charts import (
    Bar,
    Bars,
    Colour,
    Line,
    Lines,
    Stretch,
    Timeline,
)

# Pixels of the page: beside the text of a desktop, and on a phone.
WIDE, NARROW = 720, 330
POINTS_PER_INCH = 72
TEXT_SIZE = 12
FEW_DAYS = 3
QUARTERS = (0, 25, 50, 75, 100)
LONGEST_NAME = 36
# By year, month, day, hour, minute and second: any of them, and the first of the next longer.
DATES = ["%Y", "%b %Y", "%-d %b", "%H:%M", "%H:%M", "%H:%M:%S"]
# What stands once beside hours: the day that they are of.
BESIDE = ["", "", "", "%-d %b %Y", "%-d %b %Y", "%-d %b %Y"]
ROUND_DATES = ["%Y", "%b %Y", "%-d %b", "%-d %b", "%H:%M", "%H:%M"]
# What each colour stands for in the SVG until the page's own takes its place.
SHADES = {
    Colour.ON_TRACK: "#2a6fc1",
    Colour.AT_RISK: "#c9870f",
    Colour.BREACHED: "#96260f",
    Colour.PAUSED: "#c3cad3",
    Colour.PLAIN: "#8b95a4",
}
INK, GRID = "#1b2431", "#dde1e8"
SHADE_NAMES = {shade: colour.value for colour, shade in SHADES.items()} | {
    INK: "ink",
    GRID: "rule",
}
STATES = {
    Colour.ON_TRACK: "on track",
    Colour.AT_RISK: "at risk: second reminder sent",
    Colour.BREACHED: "TAT exceeded",
    Colour.PAUSED: "paused",
}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": TEXT_SIZE,
    "text.color": INK,
    "axes.edgecolor": GRID,
    "axes.labelcolor": INK,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": GRID,
    "hatch.linewidth": 1,
    "axes.unicode_minus": False,
}
Draw = Callable[[Axes, int], None]


def draw_bars(chart: Bars, bars: Sequence[Bar], width: int) -> str:
    """Horizontal bars as SVG, the first on top, each with its figures in words at its end."""
    names = [shorten(bar.name) for bar in bars]

    def draw(axes: Axes, _: int) -> None:
        starts = [0.0] * len(bars)
        places = range(len(bars))
        for number, part in enumerate(chart.parts):
            lengths = [bar.lengths[number] for bar in bars]
            axes.barh(places, lengths, left=starts, height=0.5, color=SHADES[part.colour])
            starts = [start + length for start, length in zip(starts, lengths, strict=True)]
        longest = max(starts)
        axes.set_xlim(0, longest * (1.35 if width == WIDE else 1.5))
        for place, (bar, end) in enumerate(zip(bars, starts, strict=True)):
            axes.annotate(
                say_bar(chart, bar), (end, place), (6, 0), textcoords="offset points", va="center"
            )
        label_rows(axes, names, width)
        axes.set_xticks([])

    height = measure_rows(len(bars), width)
    return draw_chart(draw, chart.title, width, height, list_parts(chart))


def say_bar(chart: Bars, bar: Bar) -> str:
    """A bar's figures: `8 of 50 late`, or the sum of its one part."""
    if len(chart.parts) == 1:
        return f"{bar.lengths[0]:,.0f}"
    return f"{bar.lengths[-1]:,.0f} of {sum(bar.lengths):,.0f} {chart.parts[-1].label}"


def list_parts(chart: Bars) -> list[tuple[str, Colour]]:
    """The legend; one part needs none."""
    return [(part.label, part.colour) for part in chart.parts] if len(chart.parts) > 1 else []


def draw_lines(
    chart: Lines, points: Sequence[tuple[Line, Sequence[tuple]]], width: int, zone: ZoneInfo
) -> str:
    """Lines over time as SVG, from 0 on, each with its last value at its end."""

    def draw(axes: Axes, _: int) -> None:
        for line, series in points:
            days, values = [point[0] for point in series], [point[1] for point in series]
            marker = "o" if len(days) <= 31 else None
            shade = SHADES[line.colour]
            axes.plot(days, values, color=shade, linewidth=2, marker=marker, markersize=4)
            known = [point for point in series if point[1] == point[1]]
            if known:
                text = f"{known[-1][1]:,.0f} {chart.unit if chart.unit == '%' else ''}".strip()
                axes.annotate(text, known[-1], (6, 0), textcoords="offset points", va="center")
        highest = max(value for _, series in points for _, value in series if value == value)
        axes.set_ylim(0, 105 if chart.unit == "%" else max(highest, 1) * 1.05)
        axes.yaxis.set_major_locator(
            FixedLocator(QUARTERS) if chart.unit == "%" else MaxNLocator(nbins=4, integer=True)
        )
        axes.yaxis.set_major_formatter(
            lambda value, _: f"{value:,.0f} %" if chart.unit == "%" else f"{value:,.0f}"
        )
        axes.grid(axis="y")
        show_time(axes, width, zone)
        show_few_days(axes, [day for day, _ in points[0][1]])

    legend = [(line.label, line.colour) for line, _ in points] if len(points) > 1 else []
    return draw_chart(draw, chart.title, width, 200, legend)


def draw_timeline(chart: Timeline, stretches: Sequence[Stretch], width: int, zone: ZoneInfo) -> str:
    """A row for each level as SVG, its time coloured by its state."""
    levels = list(dict.fromkeys(stretch.level for stretch in stretches))

    def draw(axes: Axes, _: int) -> None:
        for stretch in stretches:
            start, end = date2num(stretch.starts_at), date2num(stretch.ends_at)
            axes.barh(
                levels.index(stretch.level),
                end - start,
                left=start,
                height=0.5,
                color=SHADES[stretch.colour],
            )
        axes.xaxis_date(zone)
        axes.grid(axis="x")
        label_rows(axes, [shorten(level) for level in levels], width)
        show_time(axes, width, zone)

    shown = {stretch.colour for stretch in stretches}
    legend = [(label, colour) for colour, label in STATES.items() if colour in shown]
    height = measure_rows(len(levels), width) + 24
    return draw_chart(draw, chart.title, width, height, legend)


def label_rows(axes: Axes, names: Sequence[str], width: int) -> None:
    """Names of rows: beside them, or above them where the page is narrow. The first is on top."""
    axes.set_ylim(len(names) - 0.5, -0.5 if width == WIDE else -0.75)
    axes.tick_params(axis="y", length=0)
    if width == WIDE:
        axes.set_yticks(range(len(names)), names)
        return
    axes.set_yticks([])
    for place, name in enumerate(names):
        axes.annotate(
            name,
            (0, place - 0.28),
            xycoords=("axes fraction", "data"),
            va="bottom",
        )


def show_time(axes: Axes, width: int, zone: ZoneInfo) -> None:
    """Dates below a chart, few enough for its width."""
    locator = AutoDateLocator(tz=zone, minticks=3, maxticks=8 if width == WIDE else 5)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        ConciseDateFormatter(
            locator, zone, formats=DATES, zero_formats=ROUND_DATES, offset_formats=BESIDE
        )
    )
    axes.margins(x=0.02)


def show_few_days(axes: Axes, days: Sequence[date]) -> None:
    """Where there are few days, a mark for each and none between."""
    if len(days) > FEW_DAYS:
        return
    axes.set_xlim(date2num(days[0]) - 1, date2num(days[-1]) + 1)
    axes.xaxis.set_major_locator(FixedLocator([date2num(day) for day in days]))
    axes.xaxis.set_major_formatter(DateFormatter("%-d %b %Y"))


def measure_rows(count: int, width: int) -> int:
    """The height in pixels of so many rows."""
    return count * (30 if width == WIDE else 46) + 12


def shorten(name: str) -> str:
    """A name on one line, short enough to stand beside its bar."""
    line = clean_line(name)
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1].rstrip()}…"


def draw_chart(
    draw: Draw, title: str, width: int, height: int, legend: Sequence[tuple[str, Colour]]
) -> str:
    """What `draw` draws, under a legend, as SVG without a size of its own.

    Title and width make the names inside it different from those of other charts.
    """
    lines = -(-len(legend) // (4 if width == WIDE else 1)) if legend else 0
    height += 22 * lines
    with keep_style(f"{title} {width}"):
        figure = Figure(
            figsize=(width / POINTS_PER_INCH, height / POINTS_PER_INCH), layout="constrained"
        )
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        axes.spines[:].set_visible(False)
        axes.set_axisbelow(True)
        draw(axes, width)
        if legend:
            figure.legend(
                handles=[Patch(color=SHADES[colour], label=label) for label, colour in legend],
                loc="outside upper left",
                ncols=4 if width == WIDE else 1,
                frameon=False,
                handlelength=1,
                borderpad=0,
                borderaxespad=0,
            )
        return write_svg(figure)


@contextmanager
def keep_style(salt: str) -> Iterator[None]:
    """Our style for one chart. The page's fonts have signs that the measuring one lacks."""
    with mpl.rc_context(STYLE | {"svg.hashsalt": salt}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        warnings.filterwarnings("ignore", "AutoDateLocator was unable to pick")
        yield


def write_svg(figure: Figure) -> str:
    """A figure as SVG to stand inside a page: no prolog, no size, the page's colours and fonts."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = buffer.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", adapt_tag, text[text.index("<svg") :])


def adapt_tag(found: re.Match[str]) -> str:
    """A tag with the page's variables for shades, named only where it is referred to."""
    tag = re.sub(r' id="(?![pm][0-9a-f]{10}")[^"]*"', "", found[0])
    if tag.startswith("<svg"):
        return re.sub(r' (width|height|xmlns\S*|version)="[^"]*"', "", tag)
    tag = re.sub(r"font-family: [^;]*; ", "", tag)
    return re.sub(r"#[0-9a-f]{6}\b", name_shade, tag)


def name_shade(found: re.Match[str]) -> str:
    """The page's variable for a shade of ours."""
    name = SHADE_NAMES.get(found[0])
    return f"var(--{name})" if name else found[0]
