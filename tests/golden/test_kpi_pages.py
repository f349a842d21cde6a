"""What docs/kpis prints is what the views answer: every page's query, on the golden bundle."""

import re
from collections import Counter
from pathlib import Path

import pytest
from psycopg import sql

from tests.golden.conftest import Golden
from tests.golden.pages import DOCS, SECTIONS, list_pages, read_page
from tests.golden.rows import PRESENT, TextRow, list_source_rows, write_row

PAGES = list_pages()
INDEX = DOCS / "README.md"
LINK = re.compile(r"\]\(([^)#:]+)\)")
# The KPIs and reports that users of the system before had been promised, and that of corrections.
KPIS = 14
REPORTS = 9 + 1


def name_page(path: Path) -> str:
    """The page as the index links it."""
    return str(path.relative_to(DOCS))


def test_each_kpi_and_each_report_has_its_page() -> None:
    reports = [path for path in PAGES if path.parent.name == "reports"]
    assert (len(PAGES) - len(reports), len(reports)) == (KPIS, REPORTS)


@pytest.mark.parametrize("path", PAGES, ids=name_page)
def test_a_page_has_the_fixed_form(path: Path) -> None:
    page = read_page(path)
    assert tuple(page.sections) == SECTIONS
    assert all(text.strip() for text in page.sections.values())
    assert (len(page.queries), len(page.answers)) == (1, 1)
    assert page.inputs


@pytest.mark.parametrize("path", PAGES, ids=name_page)
def test_the_index_links_the_page_by_its_title(path: Path) -> None:
    assert f"[{read_page(path).title}]({name_page(path)})" in INDEX.read_text()


@pytest.mark.parametrize("path", PAGES, ids=name_page)
def test_the_source_rows_shown_are_those_of_the_bundle(path: Path) -> None:
    for table, rows in read_page(path).inputs:
        shown = Counter(tuple(row.items()) for row in rows)
        kept = Counter(
            tuple((column, source[column]) for column in rows[0])
            for source in list_source_rows(table)
        )
        assert shown <= kept


@pytest.mark.parametrize("path", PAGES, ids=name_page)
def test_the_query_gives_an_analyst_the_answer_shown(golden: Golden, path: Path) -> None:
    page = read_page(path)
    answered, shown = ask(golden, page.queries[0]), page.answers[0]
    assert answered == shown
    assert list(answered[0]) == list(shown[0])


def ask(golden: Golden, query: str) -> list[TextRow]:
    """The answer to an analyst at the bundle's present, in the order of the page."""
    statement = sql.Composed([sql.SQL(query)])
    rows = golden.warehouse.ask(statement, as_of=PRESENT.isoformat())
    return [write_row(row) for row in rows]


@pytest.mark.parametrize("path", [INDEX, *PAGES], ids=name_page)
def test_links_lead_to_files(path: Path) -> None:
    links = LINK.findall(path.read_text())
    assert [link for link in links if not (path.parent / link).is_file()] == []


def test_the_pages_say_as_of_when() -> None:
    assert f"set tat.as_of = '{PRESENT:%Y-%m-%d %H:%M}+05:30';" in INDEX.read_text()
