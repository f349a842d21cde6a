"""A served Superset as a person meets it: a browser that is signed in, dashboards and charts."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from orchestration.dashboards.superset import ASSETS
from tests.end_to_end.conftest import Installation

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Response

CHROMIUM = Path("/usr/bin/chromium")
# Chromium's sandbox refuses to run as root, which containers do.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Charts are asked for once they come into view: a window as high as any dashboard has all of them.
WIDE = {"width": 1500, "height": 4000}
PHONE = {"width": 390, "height": 6000}
PATIENCE = 120_000
BOARDS = sorted(path.stem for path in (ASSETS / "dashboards").glob("*.yaml"))


@dataclass(frozen=True)
class Site:
    """What `tat dashboards start` printed, and the installation that it runs in."""

    url: str
    password: str = field(repr=False)
    installation: Installation

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def start_site(installation: Installation, port: int = 0) -> Site:
    """Start Superset, or find it running, and read what was printed."""
    arguments = ["dashboards", "start", *(["--port", str(port)] if port else [])]
    printed = installation.run(*arguments).stdout
    url = re.search(r"^Dashboards\s+(\S+)", printed, re.MULTILINE)
    password = re.search(r"^Password\s+(\S+)", printed, re.MULTILINE)
    assert url is not None, printed
    assert password is not None, printed
    return Site(url[1], password[1], installation)


@contextmanager
def open_browser() -> Iterator["Browser"]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def sign_in(browser: "Browser", site: Site, viewport: Any = None) -> Iterator["Page"]:
    """A page of the administrator."""
    context = browser.new_context(viewport=viewport or WIDE, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{site.origin}/login/")
    token = page.locator("#csrf_token").get_attribute("value")
    form = {"username": "admin", "password": site.password, "csrf_token": token or ""}
    signed_in = page.request.post(f"{site.origin}/login/", form=form)
    assert signed_in.url.endswith("/superset/welcome/"), "the password was refused"
    yield page
    context.close()


@dataclass
class Visit:
    """A dashboard that is open: its page, and what its charts were answered."""

    page: "Page"
    answers: list["Response"] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def chart(self, title: str) -> "Locator":
        """The card of a chart."""
        return self.page.locator(
            ".dashboard-component-chart-holder",
            has=self.page.locator(".header-title").get_by_text(title, exact=True),
        )

    def figure(self, title: str) -> float:
        """The figure of a card."""
        text = self.chart(title).locator(".dashboard-chart").inner_text()
        found = re.search(r"-?[\d,]+(\.\d+)?", text)
        assert found, text
        return float(found[0].replace(",", ""))

    def errors(self) -> list[str]:
        """What charts say that could not be answered or drawn."""
        return self.page.locator(
            ".dashboard-chart .ant-alert, .dashboard-chart [role=alert]"
        ).all_inner_texts()

    def download(self, title: str, item: str = "Export to .CSV") -> list[dict[str, str]]:
        """The rows of a chart's file, by the headings of its columns."""
        self.chart(title).locator("button.ant-dropdown-trigger").click()
        self.page.get_by_text("Download", exact=True).hover()
        with self.page.expect_download() as download:
            self.page.get_by_text(item, exact=True).click()
        path = download.value.path()
        return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))

    def choose(self, name: str, value: str) -> None:
        """Set a filter as a person does, and wait for the charts."""
        self.page.locator(f"[data-test='{name}']").click()
        self.page.keyboard.type(value)
        self.page.locator(".ant-select-item-option").get_by_text(value, exact=True).click()
        self.page.keyboard.press("Escape")
        self.page.locator("[data-test='filter-bar__apply-button']").click()
        self.wait()

    def wait(self) -> None:
        """Wait until no chart waits any longer."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function(
            "() => document.querySelectorAll('.dashboard-chart').length > 0"
            " && !document.querySelector('.dashboard-chart .loading')"
            " && !document.querySelector('[data-test=loading-indicator]')"
        )
        self.page.wait_for_load_state("networkidle")


def open_board(page: "Page", site: Site, slug: str, query: str = "") -> Visit:
    """Open a dashboard and wait for its charts."""
    visit = Visit(page)
    page.on("response", lambda answer: note_answer(visit, answer))
    page.on("requestfinished", lambda request: note_elsewhere(visit, site, request.url))
    page.goto(f"{site.origin}/superset/dashboard/{slug}/{query}")
    page.wait_for_selector(".dashboard-component-chart-holder .slice_container")
    visit.wait()
    return visit


def note_answer(visit: Visit, answer: "Response") -> None:
    """Remember what a chart was answered."""
    if "/api/v1/chart/data" in answer.url:
        visit.answers.append(answer)


def note_elsewhere(visit: Visit, site: Site, url: str) -> None:
    """Remember what came from anywhere but the server."""
    if not url.startswith((site.origin, "data:", "blob:")):
        visit.elsewhere.append(url)


def count_charts(slug: str) -> int:
    """How many charts a dashboard has."""
    board = yaml.safe_load((ASSETS / "dashboards" / f"{slug}.yaml").read_text())
    parts = board["position"].values()
    return sum(isinstance(part, dict) and part["type"] == "CHART" for part in parts)


def choose_dates(slug: str, period: str) -> str:
    """The address's part that sets the filter of dates, such as 2017-01-01 : 2019-02-01."""
    name = f"NATIVE_FILTER-{slug}-date"
    state = f"extraFormData:(time_range:'{period}'),filterState:(value:'{period}'),ownState:()"
    return f"?native_filters=({name}:(id:{name},{state}))"


def run_in_lab(page: "Page", site: Site, statement: str) -> Any:
    """What SQL Lab answers: rows, or the text of its errors."""
    answer = page.request.get(f"{site.origin}/api/v1/security/csrf_token/")
    assert answer.ok, answer.text()
    token = answer.json()["result"]
    databases = page.request.get(f"{site.origin}/api/v1/database/").json()["result"]
    (database_id,) = [found["id"] for found in databases]
    answer = page.request.post(
        f"{site.origin}/api/v1/sqllab/execute/",
        data=json.dumps({"database_id": database_id, "sql": statement, "runAsync": False}),
        headers={
            "Content-Type": "application/json",
            "X-CSRFToken": token,
            "Referer": f"{site.origin}/sqllab/",
        },
    )
    body = answer.json()
    return body["data"] if answer.ok else json.dumps(body.get("errors", body))


def read_numbers(rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Rows as tuples in an order of their own, figures to six decimals."""
    return sorted((tuple(map(to_plain, row.values())) for row in rows), key=str)


def to_plain(value: Any) -> Any:
    """A value of a file or of SQL in one form."""
    if value is None or value == "":
        return None
    try:
        return round(float(value), 6)
    except (TypeError, ValueError):
        return str(value).removesuffix(".000000")
