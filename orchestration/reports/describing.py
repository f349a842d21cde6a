"""Charts in words, for who can't see them, and what a report was asked for."""

from collections.abc import Sequence
from datetime import date, datetime

from orchestration.delivery.rendering import clean_line
from orchestration.reports.charts import Bar, Bars, Line, Lines, Stretch
from orchestration.reports.columns import format_value
from orchestration.reports.drawing import STATES, say_bar
from orchestration.reports.reading import Answer, describe_period

WHOLE = {"week": "weeks", "month": "months"}


def say_bars(chart: Bars, bars: Sequence[Bar]) -> str:
    """All bars of a chart."""
    return "; ".join(f"{clean_line(bar.name)}: {say_bar(chart, bar)}" for bar in bars)


def say_lines(chart: Lines, points: Sequence[tuple[Line, Sequence[tuple[date, float]]]]) -> str:
    """First, last, lowest and highest value of each line."""
    said = []
    for line, series in points:
        known = [(day, value) for day, value in series if value == value]
        values = [value for _, value in known]
        (first, start), (last, end) = known[0], known[-1]
        said.append(
            f"{line.label}: {start:,.0f} on {first}, {end:,.0f} on {last}, "
            f"between {min(values):,.0f} and {max(values):,.0f} {chart.unit}"
        )
    return "; ".join(said)


def say_stretches(answer: Answer, stretches: Sequence[Stretch]) -> str:
    """When each level was in which state."""
    return "; ".join(
        f"{clean_line(stretch.level)}: {STATES[stretch.colour]} from "
        f"{format_value(stretch.starts_at, answer.zone)} to "
        f"{format_value(stretch.ends_at, answer.zone)}"
        for stretch in stretches
    )


def describe_filters(answer: Answer) -> list[str]:
    """What a report was asked for, a phrase a filter."""
    question, report = answer.question, answer.report
    said = []
    if report.period is None:
        said.append("As it is now")
    elif period := describe_period(question):
        whole = WHOLE.get(report.period.grain)
        said.append(f"{period[0].upper()}{period[1:]}{f', whole {whole}' if whole else ''}")
    else:
        said.append("All days")
    if question.department is not None:
        said.append(f"Department {clean_line(question.department)}")
    elif question.request is None:
        said.append("All departments")
    if question.request is not None:
        chosen = ", the open one furthest over its TAT" if answer.is_request_chosen else ""
        said.append(f"Request {clean_line(question.request)}{chosen}")
    return said


def describe_clock(answer: Answer) -> str:
    """When a report was made and whose clocks it goes by."""
    made: datetime = answer.as_of
    text = f"As of {format_value(made, answer.zone)}. Times are in {answer.zone.key}."
    if answer.zone.key != answer.day_zone.key:
        text += f" Days, weeks and months are those of {answer.day_zone.key}."
    return text
