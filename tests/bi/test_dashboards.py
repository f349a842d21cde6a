"""The dashboards on the sample, as a person meets them in a browser."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.bi.site import (
    BOARDS,
    PHONE,
    Site,
    choose_dates,
    count_charts,
    open_board,
    read_numbers,
    sign_in,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SETTINGS = {"TAT_REQUEST_URL": "https://app.example.com/requests/{request_number}"}
LAST_30_DAYS = "submission_day > (now() at time zone tat.time_zone())::date - 30"
QUEUE = "Open requests, delayed and oldest first"


def ask(site: Site, sql: str) -> Any:
    """The one value of a query, as an analyst."""
    (row,) = site.installation.query(sql)
    (value,) = row.values()
    return value


@pytest.mark.parametrize("slug", BOARDS)
def test_every_chart_answers(page: "Page", site: Site, slug: str) -> None:
    visit = open_board(page, site, slug)
    assert visit.errors() == []
    charts = [answer for answer in visit.answers if "slice_id" in answer.url]
    assert len(charts) == count_charts(slug)
    assert {answer.status for answer in visit.answers} == {200}
    assert visit.elsewhere == []


@pytest.mark.parametrize("slug", BOARDS)
def test_a_phone_shows_it_without_scrolling_sideways(
    browser: "Browser", site: Site, slug: str
) -> None:
    with sign_in(browser, site, PHONE) as page:
        visit = open_board(page, site, slug)
        assert visit.errors() == []
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        widths = [
            box["width"]
            for canvas in page.locator(".dashboard-chart canvas").all()
            if (box := canvas.bounding_box())
        ]
        assert all(PHONE["width"] * 0.75 < width < PHONE["width"] for width in widths)


def test_a_department_and_a_priority_change_the_figures(page: "Page", site: Site) -> None:
    visit = open_board(page, site, "overview")
    total = "select count(*) from vw_request_volume_summary where is_submitted and "
    everything = visit.figure("Requests submitted")
    assert everything == ask(site, total + LAST_30_DAYS)

    visit.choose("NATIVE_FILTER-overview-department", "Finance")
    of_finance = visit.figure("Requests submitted")
    finance = f"{LAST_30_DAYS} and department = 'Finance'"
    assert 0 < of_finance < everything
    assert of_finance == ask(site, total + finance)
    open_now = "select count(*) from vw_workflow_aging where department = 'Finance'"
    assert visit.figure("Open now") == ask(site, open_now)

    visit.choose("NATIVE_FILTER-overview-priority", "EXPRESS")
    of_express = visit.figure("Requests submitted")
    assert 0 < of_express < of_finance
    assert of_express == ask(site, f"{total} {finance} and priority = 'EXPRESS'")


def test_an_approver_sees_one_queue(page: "Page", site: Site) -> None:
    (busiest,) = site.installation.query(
        "select approver_name, count(*) as open_levels from vw_tat_compliance"
        " where tat_status in ('ON_TRACK', 'AT_RISK', 'BREACHED', 'PAUSED')"
        " group by 1 order by 2 desc limit 1"
    )
    visit = open_board(page, site, "aging")
    visit.choose("NATIVE_FILTER-aging-approver", busiest["approver_name"])
    count = "select count(*) from vw_workflow_aging where current_approver_name = "
    assert visit.figure("Open requests") == ask(site, f"{count}'{busiest['approver_name']}'")
    shown = visit.chart(QUEUE).locator("tbody tr").all_inner_texts()
    assert shown
    assert all(busiest["approver_name"] in row for row in shown)


def test_a_period_changes_the_figures_and_what_they_are_compared_with(
    page: "Page", site: Site
) -> None:
    (days,) = site.installation.query(
        "select (max(submission_day) - 20)::text as first, (max(submission_day) - 10)::text"
        " as last, (max(submission_day) - 30)::text as before from vw_request_volume_summary"
    )
    visit = open_board(
        page, site, "overview", choose_dates("overview", f"{days['first']} : {days['last']}")
    )
    count = (
        "select count(*) from vw_request_volume_summary where is_submitted"
        " and submission_day >= '{}' and submission_day < '{}'"
    )
    of_period = ask(site, count.format(days["first"], days["last"]))
    assert visit.figure("Requests submitted") == of_period
    before = ask(site, count.format(days["before"], days["first"]))
    assert f"{before:,} before" in visit.chart("Requests submitted").inner_text()


def test_an_empty_period_says_so_and_why(page: "Page", site: Site) -> None:
    visit = open_board(page, site, "overview", choose_dates("overview", "2001-01-01 : 2001-02-01"))
    assert "No results" in visit.chart("Requests submitted, by day").inner_text()
    assert "An empty chart means" in page.locator(".dashboard-markdown").inner_text()


def test_a_downloaded_table_equals_the_sql(page: "Page", site: Site) -> None:
    """The request stands there as its number, though the page shows a link."""
    visit = open_board(page, site, "departments")
    rows = visit.download("All requests, of all days")
    expected = site.installation.query(
        "select coalesce(department, 'Not given') as department, total_requests, open_requests,"
        " delayed_requests, approved_requests, rejected_requests, express_requests,"
        " standard_requests, breached_requests, tat_compliance_percentage, avg_cycle_time_hours"
        " from vw_department_summary"
    )
    assert list(rows[0])[:2] == ["Department", "Total requests"]
    assert list(rows[0])[-2:] == ["TAT compliance (%)", "Average cycle time (h)"]
    assert read_numbers(rows) == read_numbers(expected)

    visit = open_board(page, site, "tat")
    rows = visit.download("TATs exceeded, with reasons", "Export to full .CSV")
    expected = site.installation.query(
        "select request_number, request_title, coalesce(department, 'Not given') as department,"
        " priority, level_number, level_name, approver_name,"
        " case when is_still_open then 'TAT exceeded' else 'Decided late' end as state,"
        " to_char(breached_at at time zone tat.time_zone(), 'YYYY-MM-DD HH24:MI:SS.US') as at,"
        " tat_hours_allocated, tat_hours_elapsed, hours_over_tat, breach_reason_label"
        " from rpt_tat_breaches"
        " where breach_day > (now() at time zone tat.time_zone())::date - 30"
        " and not is_still_open"
    )
    decided = [row for row in rows if row["state"] == "Decided late"]
    assert len(decided) > 100
    assert read_numbers(decided) == read_numbers(expected)


def test_a_request_leads_to_its_page_and_the_search_finds_it(page: "Page", site: Site) -> None:
    visit = open_board(page, site, "aging")
    table = visit.chart(QUEUE)
    link = table.locator("tbody a").first
    number = link.inner_text()
    encoded = "".join(f"%{byte:02x}" for byte in number.encode())
    assert link.get_attribute("href") == f"https://app.example.com/requests/{encoded}"
    assert quote(number) == number, "the browser decodes what needs no encoding"

    table.locator("input[type=text], input[type=search], input[placeholder*=records]").last.fill(
        number
    )
    page.wait_for_function(
        "([title]) => [...document.querySelectorAll('.dashboard-component-chart-holder')]"
        ".find((card) => card.innerText.includes(title)).querySelectorAll('tbody tr').length === 1",
        arg=[QUEUE],
    )
    assert number in table.locator("tbody tr").inner_text()
