"""Reports as files: the figures of SQL, text that stays text, and empty ones that say why."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from psycopg import sql

from orchestration.commands.console import guard_formula
from orchestration.reports.catalog import REPORTS, find_report
from orchestration.reports.charts import Colour, list_stretches
from orchestration.reports.columns import choose_columns, format_cell
from orchestration.reports.reading import Question, read_report
from orchestration.reports.writing import FileFormat
from tests.dbt.conftest import WORKER
from tests.dbt.report_files import (
    ask,
    count_days,
    open_page,
    read_csv,
    read_sheet,
    unpack_workbook,
    write_text,
)
from tests.dbt.warehouse import Query, Warehouse
from tests.templates import Template, borrow_copy

KOLKATA = ZoneInfo("Asia/Kolkata")
NAMES = [report.name for report in REPORTS]


@pytest.fixture(scope="module")
def empty_warehouse(built_small_world: Template) -> Iterator[Warehouse]:
    """The built models over a source whose requests are all deleted."""
    with borrow_copy(built_small_world.database, f"empty_{WORKER}") as database:
        warehouse = Warehouse(database, built_small_world.folder / "target")
        warehouse.change("update workflow.workflow_requests set is_deleted = true")
        yield warehouse


def test_every_analytical_report_can_be_written(warehouse: Warehouse) -> None:
    built = warehouse.ask(
        "select table_name from information_schema.views"
        " where table_schema = 'reports' and table_name like 'rpt\\_%'"
    )
    assert {row["table_name"] for row in built} == {
        *(report.model for report in REPORTS),
        # A log of what changed after the fact, which says nothing about the operation.
        "rpt_daily_corrections",
    }


@pytest.mark.parametrize("name", NAMES)
def test_files_have_the_rows_of_sql(warehouse: Warehouse, name: str) -> None:
    filters = {"request": "R2"} if name == "request-lifecycle" else {}
    answer = ask(warehouse, name, **filters)
    expected = warehouse.ask(
        sql.SQL("select * from reports.{} {}").format(
            sql.Identifier(answer.report.model),
            sql.SQL("where request_number = 'R2'") if filters else sql.SQL(""),
        )
    )
    assert expected
    assert len(answer.rows) == len(expected)
    assert sorted(map(as_csv, expected), key=str) == sorted(
        map(with_instants, read_csv(answer)), key=str
    )
    head, *sheet = read_sheet(answer)
    assert head == [column.label for column in answer.columns]
    for cells, row in zip(sheet, answer.rows, strict=True):
        assert cells == [as_cell(row[column.name]) for column in answer.columns]
    shown = choose_columns(answer.columns, answer.report.shown)
    for page, row in zip(open_page(answer).cells, answer.rows, strict=True):
        for text, column in zip(page, shown, strict=True):
            if isinstance(row[column.name], Decimal):
                assert Decimal(text.replace(",", "")) == round(row[column.name], 1)


def as_csv(row: Mapping[str, Any]) -> dict[str, str]:
    """A row of SQL as CSV has it; an instant as its point in time."""
    return {
        name: "" if value is None else as_instant(value) or guard_formula(value)
        for name, value in row.items()
    }


def as_instant(value: Any) -> str:
    """An instant as its point in time, else nothing."""
    return str(value.timestamp()) if isinstance(value, datetime) else ""


def with_instants(row: Mapping[str, str]) -> dict[str, str]:
    """A row of CSV, its instants as points in time."""
    return {
        name: str(datetime.fromisoformat(text).timestamp())
        if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:.*", text)
        else text
        for name, text in row.items()
    }


def as_cell(value: Any) -> Any:
    """A value as a sheet has it: sixteen digits of a number, local times counted in days."""
    match value:
        case None:
            return None
        case datetime() | date():
            return pytest.approx(count_days(value), abs=1e-6)
        case bool() | int() | Decimal():
            return pytest.approx(float(value), rel=1e-12)
    return str(value)


FIGURES: dict[tuple[str, str], Query] = {
    ("tat-breaches", "Levels breached"): "select count(*) as n from rpt_tat_breaches",
    ("tat-breaches", "Of them still open"): (
        "select count(*) as n from vw_tat_compliance where is_breached and level_end_time is null"
    ),
    ("workflow-aging", "Open requests"): "select count(*) as n from vw_workflow_aging",
    ("weekly-trends", "Requests submitted"): (
        "select count(*) as n from vw_request_volume_summary where is_submitted"
    ),
    ("approver-performance", "Levels decided"): (
        "select count(completed_within_tat) as n from vw_tat_compliance"
    ),
}


@pytest.mark.parametrize(("name", "label"), FIGURES)
def test_figures_of_a_page_are_those_of_sql(warehouse: Warehouse, name: str, label: str) -> None:
    (row,) = warehouse.ask(FIGURES[name, label])
    assert row["n"] > 0
    assert open_page(ask(warehouse, name)).figures[label] == f"{row['n']:,}"


def test_a_chart_counts_what_sql_counts_and_says_so_without_eyes(warehouse: Warehouse) -> None:
    (late,) = warehouse.ask(
        "select count(*) filter (where not completed_within_tat) as late, count(*) as decided"
        " from vw_tat_compliance where approver_name = 'Finance manager'"
        " and completed_within_tat is not null"
    )
    text = f"{late['late']} of {late['decided']} late"
    page = open_page(ask(warehouse, "approver-performance"))
    assert f"Finance manager: {text}" in page.charts[0]
    # Once for a desktop, once for a phone.
    assert page.words["text"].count(text) == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_page_stands_alone(warehouse: Warehouse, name: str) -> None:
    answer = ask(warehouse, name)
    page = open_page(answer)
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    named = [attrs[key] for _, attrs in page.tags for key in ("src", "href") if key in attrs]
    assert named == []
    assert "url(http" not in write_text(answer, FileFormat.HTML)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert page.charts
    assert [tag for tag, _ in page.tags].count("svg") == 2 * len(page.charts)


def test_text_of_strangers_stays_text(own_warehouse: Warehouse) -> None:
    hostile = "=cmd|' /C calc'!A0 <script>alert(1)</script>\x1b[31m $\\frac{x}$ \u202eevil"
    own_warehouse.change(
        "update workflow.users set department = %(text)s, display_name = %(text)s",
        {"text": hostile},
    )
    own_warehouse.change("update workflow.workflow_requests set title = '@SUM(1)'")
    answer = ask(own_warehouse, "tat-breaches")
    assert {row["request_title"] for row in answer.rows} == {"@SUM(1)"}
    assert all(row["request_title"] == "'@SUM(1)" for row in read_csv(answer))
    assert all(row["department"].startswith("'=cmd") for row in read_csv(answer))
    text = write_text(answer, FileFormat.HTML)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", text)
    sheet = unpack_workbook(answer).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "=cmd|' /C calc'!A0 <script>alert(1)</script> [31m" in str(read_sheet(answer))


def test_months_and_weeks_that_the_days_touch_are_whole(warehouse: Warehouse) -> None:
    day = date(2026, 3, 4)
    months = ask(warehouse, "department-summary", since=day, until=day).rows
    assert {row["report_month"] for row in months} == {date(2026, 3, 1)}
    weeks = ask(warehouse, "weekly-trends", since=day, until=day).rows
    assert [row["week_starts_on"] for row in weeks] == [date(2026, 3, 2)]
    days = ask(warehouse, "daily-trends", since=day, until=day).rows
    assert [row["kpi_date"] for row in days] == [day]


def test_instants_belong_to_the_local_day(warehouse: Warehouse) -> None:
    """R2 was breached at 00:00 of the 4th in Kolkata, which is the 3rd in UTC."""
    (breach,) = warehouse.ask(
        "select breached_at from rpt_tat_breaches where request_number = 'R2'"
    )
    day = breach["breached_at"].astimezone(KOLKATA).date()
    assert day == date(2026, 3, 4)
    found = ask(warehouse, "tat-breaches", since=day, until=day).rows
    assert "R2" in {row["request_number"] for row in found}
    before = ask(warehouse, "tat-breaches", until=date(2026, 3, 3)).rows
    assert "R2" not in {row["request_number"] for row in before}


def test_times_are_those_of_the_reader(warehouse: Warehouse) -> None:
    question = Question(find_report("tat-breaches"), request="R2")
    for name, shown in (("Asia/Kolkata", "4 Mar 2026, 00:00"), ("UTC", "3 Mar 2026, 18:30")):
        answer = read_report(warehouse.database, question, zone=ZoneInfo(name))
        column = next(found for found in answer.columns if found.name == "breached_at")
        assert format_cell(answer.rows[0]["breached_at"], column, answer.zone) == shown
        assert name in write_text(answer, FileFormat.HTML)


def test_a_department_is_that_department_alone(warehouse: Warehouse) -> None:
    rows = ask(warehouse, "department-summary", department="Sales").rows
    assert {row["department"] for row in rows} == {"Sales"}


@pytest.mark.parametrize(
    ("name", "filters", "words"),
    [
        ("workflow-aging", {"since": date(2026, 3, 1)}, "leave out --from and --to"),
        ("daily-trends", {"department": "Sales"}, "leave out --department"),
        ("engagement", {"request": "R1"}, "leave out --request"),
        ("engagement", {"since": date(2026, 3, 2), "until": date(2026, 3, 1)}, "is after --to"),
    ],
)
def test_a_filter_that_a_report_has_no_column_for_is_refused(
    warehouse: Warehouse, name: str, filters: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        ask(warehouse, name, **filters)


@pytest.mark.parametrize(
    ("name", "filters", "words"),
    [
        ("tat-breaches", {"department": "Nowhere"}, "There are Sales."),
        ("tat-breaches", {"until": date(2020, 1, 1)}, "There are rows from 4 Mar 2026 to"),
        ("request-lifecycle", {"request": "NONE"}, "nothing about a request NONE"),
    ],
)
def test_an_empty_report_says_why(
    warehouse: Warehouse, name: str, filters: dict[str, Any], words: str
) -> None:
    answer = ask(warehouse, name, **filters)
    assert len(answer.rows) == 0
    assert words in answer.why_empty
    page = open_page(answer)
    assert answer.why_empty in " ".join(page.words["p"])
    assert page.charts == []
    assert len(read_sheet(answer)) == 1


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("-trends")])
def test_without_requests_a_report_says_that_there_is_nothing(
    empty_warehouse: Warehouse, name: str
) -> None:
    answer = ask(empty_warehouse, name)
    assert list(answer.rows) == []
    assert answer.why_empty == answer.report.nothing
    assert answer.why_empty in open_page(answer).words["p"]


@pytest.mark.parametrize("name", ["daily-trends", "weekly-trends"])
def test_a_chart_without_anything_to_draw_says_why(empty_warehouse: Warehouse, name: str) -> None:
    page = open_page(ask(empty_warehouse, name))
    assert "No level was decided." in page.words["p"]
    assert len(page.charts) == 1


def test_a_timeline_shows_where_a_level_turned_late_and_paused(warehouse: Warehouse) -> None:
    late = ask(warehouse, "request-lifecycle", request="R2")
    states = [(found.level, found.colour) for found in list_stretches(late.rows, late.as_of)]
    assert states == [
        ("1. Manager", Colour.ON_TRACK),
        ("1. Manager", Colour.AT_RISK),
        ("1. Manager", Colour.BREACHED),
    ]
    paused = ask(warehouse, "request-lifecycle", request="R7")
    *_, last = list_stretches(paused.rows, paused.as_of)
    assert (last.colour, last.ends_at) == (Colour.PAUSED, paused.as_of)


def test_without_a_name_the_request_furthest_over_its_tat_is_shown(warehouse: Warehouse) -> None:
    answer = ask(warehouse, "request-lifecycle")
    assert {row["request_number"] for row in answer.rows} == {"R3"}
    assert "the open one furthest over its TAT" in write_text(answer, FileFormat.HTML)
