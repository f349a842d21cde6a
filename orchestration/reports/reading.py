"""Read a report as an analyst: its rows, and what the database says that they mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from database.connect import Database, connect
from database.statements import Rows, fetch
from orchestration.delivery.rendering import clean_line
from orchestration.reports import load
from orchestration.reports.columns import Column
from orchestration.reports.declaring import Period, Report

SCHEMA = "reports"
LONGEST_LIST = 12


@dataclass(frozen=True)
class Question:
    """A report and which of its rows to read. Days are local, `since` and `until` included."""

    report: Report
    since: date | None = None
    until: date | None = None
    department: str | None = None
    request: str | None = None


@dataclass(frozen=True)
class Answer:
    """A report as it was at an instant. `zone` is the reader's, `day_zone` that of its days.

    `why_empty` is empty where there are rows. `is_request_chosen`: nobody named the request.
    """

    question: Question
    description: str
    columns: Sequence[Column]
    rows: Rows
    as_of: datetime
    zone: ZoneInfo
    day_zone: ZoneInfo
    why_empty: str
    is_request_chosen: bool

    @property
    def report(self) -> Report:
        """The report that was asked for."""
        return self.question.report


def read_report(
    database: Database,
    question: Question,
    *,
    zone: ZoneInfo | None = None,
    as_of: datetime | None = None,
) -> Answer:
    """Read a report with the rights of an analyst, all of it at one instant.

    `zone` is the reader's, the database's by default. Raises ValueError for a filter that the
    report has no column for, and where the models are not built.
    """
    check_question(question)
    with connect(database, "tat_bi", application_name="tat report") as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        if as_of is not None:
            connection.execute("select set_config('tat.as_of', %s, true)", [as_of.isoformat()])
        return answer(connection, question, zone)


def answer(connection: psycopg.Connection, question: Question, zone: ZoneInfo | None) -> Answer:
    """The rows of a question and all that is said about them."""
    report = question.report
    described = describe_model(connection, report)
    (present,) = fetch(connection, load("read_present"))
    day_zone = ZoneInfo(present["time_zone"])
    asked, question = question, choose_request(connection, question)
    rows = fetch_rows(connection, question, day_zone)
    return Answer(
        question,
        described[0]["description"],
        [Column(row["name"], row["data_type"], row["meaning"]) for row in described],
        [to_zone(row, zone or day_zone) for row in rows],
        present["as_of"].astimezone(UTC),
        zone or day_zone,
        day_zone,
        "" if rows else explain_emptiness(connection, question, day_zone),
        question.request != asked.request,
    )


def check_question(question: Question) -> None:
    """Raise ValueError for a filter that the report has no column for."""
    report = question.report
    if report.period is None and (question.since or question.until):
        raise ValueError(f"{report.name} shows what is so now: leave out --from and --to.")
    if report.department is None and question.department is not None:
        raise ValueError(f"{report.name} has no departments: leave out --department.")
    if report.request is None and question.request is not None:
        raise ValueError(f"{report.name} has no single requests: leave out --request.")
    if question.since and question.until and question.since > question.until:
        raise ValueError(f"--from {question.since} is after --to {question.until}.")


def describe_model(connection: psycopg.Connection, report: Report) -> Rows:
    """The columns of a report's model. Raises ValueError where it is not built."""
    relation = f"{SCHEMA}.{report.model}"
    described = fetch(connection, load("describe_relation"), {"relation": relation})
    if not described:
        raise ValueError(f"{relation} is not built yet: run `tat build`.")
    return described


def choose_request(connection: psycopg.Connection, question: Question) -> Question:
    """The question with a request, where the report shows one and none is named."""
    if question.report.request is None or question.request is not None:
        return question
    if not question.report.shows_one_request:
        return question
    found = fetch(connection, load("choose_request"))
    return replace(question, request=found[0]["request_number"]) if found else question


def fetch_rows(connection: psycopg.Connection, question: Question, day_zone: ZoneInfo) -> Rows:
    """The rows of a report that its filters leave, in its order."""
    conditions, parameters = write_conditions(question, day_zone)
    query = sql.SQL("select * from {} where {} order by {}").format(
        sql.Identifier(SCHEMA, question.report.model),
        sql.SQL(" and ").join(conditions or [sql.SQL("true")]),
        sql.SQL(", ").join(write_order(question.report.order)),
    )
    return fetch(connection, query, parameters)


def write_order(order: Sequence[str]) -> Iterator[sql.Composable]:
    """The columns to order by; what has no value comes last."""
    for name in order:
        direction = sql.SQL("desc" if name.startswith("-") else "asc")
        yield sql.SQL("{} {} nulls last").format(sql.Identifier(name.removeprefix("-")), direction)


def write_conditions(
    question: Question, day_zone: ZoneInfo
) -> tuple[list[sql.Composable], dict[str, Any]]:
    """The conditions of a question, and their parameters by column."""
    report = question.report
    conditions: list[sql.Composable] = []
    parameters: dict[str, Any] = {}
    for column, value in (
        (report.department, question.department),
        (report.request, question.request),
    ):
        if column is not None and value is not None:
            conditions.append(compare(column, "=", column))
            parameters[column] = value
    if report.period is not None:
        first, after = find_bounds(report.period, question, day_zone)
        for operator, name, bound in ((">=", "first", first), ("<", "after", after)):
            if bound is not None:
                conditions.append(compare(report.period.column, operator, name))
                parameters[name] = bound
    return conditions, parameters


def compare(column: str, operator: str, parameter: str) -> sql.Composable:
    """A column beside a parameter."""
    return sql.SQL("{} {} {}").format(
        sql.Identifier(column), SQL_OPERATORS[operator], sql.Placeholder(parameter)
    )


SQL_OPERATORS = {"=": sql.SQL("="), ">=": sql.SQL(">="), "<": sql.SQL("<")}


def find_bounds(
    period: Period, question: Question, day_zone: ZoneInfo
) -> tuple[date | None, date | None]:
    """The first value of a period's column to read, and the first one not to read any more.

    A week or a month that the days touch is read whole.
    """
    first = floor_day(question.since, period) if question.since else None
    after = question.until + timedelta(days=1) if question.until else None
    if period.grain != "instant":
        return first, after
    return to_midnight(first, day_zone), to_midnight(after, day_zone)


def floor_day(day: date, period: Period) -> date:
    """The first day of the week or month of a day, or the day."""
    if period.grain == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if period.grain == "week" else day


def to_midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The instant at which a local day begins."""
    return None if day is None else datetime.combine(day, time(), zone)


def to_zone(row: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """A row with its instants on the reader's clock."""
    return {
        name: value.astimezone(zone) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def explain_emptiness(
    connection: psycopg.Connection, question: Question, day_zone: ZoneInfo
) -> str:
    """Why a report has no rows: nothing is so, or a filter leaves none."""
    report = question.report
    if not any((question.since, question.until, question.department, question.request)):
        return report.nothing
    if question.request is not None and not exists(connection, question, "request"):
        return f"The report has nothing about a request {question.request}."
    if question.department is not None and not exists(connection, question, "department"):
        others = list_departments(connection, report)
        return f"No row has the department {question.department}. {others}"
    if not (question.since or question.until):
        return report.nothing
    return f"No row {describe_period(question)}. {describe_extent(connection, question, day_zone)}"


def exists(connection: psycopg.Connection, question: Question, kept: str) -> bool:
    """Whether the report has rows with one of the filters alone."""
    only = Question(question.report, **{kept: getattr(question, kept)})
    return bool(fetch_rows(connection, only, ZoneInfo("UTC")))


def list_departments(connection: psycopg.Connection, report: Report) -> str:
    """The departments that there are, the first dozen of them."""
    assert report.department is not None
    query = sql.SQL("select distinct {0} as name from {1} where {0} is not null order by 1").format(
        sql.Identifier(report.department), sql.Identifier(SCHEMA, report.model)
    )
    names = [clean_line(row["name"]) for row in fetch(connection, query)]
    if not names:
        return report.nothing
    more = f" and {len(names) - LONGEST_LIST} more" if len(names) > LONGEST_LIST else ""
    return f"There are {', '.join(names[:LONGEST_LIST])}{more}."


def describe_extent(connection: psycopg.Connection, question: Question, day_zone: ZoneInfo) -> str:
    """From which local day to which the report has rows with the other filters."""
    report = question.report
    assert report.period is not None
    everything = replace(question, since=None, until=None)
    rows = [to_zone(row, day_zone) for row in fetch_rows(connection, everything, day_zone)]
    values = [row[report.period.column] for row in rows if row[report.period.column] is not None]
    if not values:
        return report.nothing
    return f"There are rows from {say_day(min(values))} to {say_day(max(values))}."


def describe_period(question: Question) -> str:
    """The days of a question in words; empty for all days."""
    if question.since and question.until:
        return f"from {say_day(question.since)} to {say_day(question.until)}"
    if question.since:
        return f"from {say_day(question.since)} on"
    return f"up to {say_day(question.until)}" if question.until else ""


def say_day(day: date) -> str:
    """A day: `2 Mar 2026`."""
    return f"{day.day} {day:%b %Y}"
