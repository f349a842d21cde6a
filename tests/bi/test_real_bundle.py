"""The dashboards on the public approval log."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.bi.site import BOARDS, Site, choose_dates, count_charts, open_board

if TYPE_CHECKING:
    from playwright.sync_api import Page

SETTINGS = {"TAT_TIMEZONE": "Europe/Amsterdam"}
ALL_DAYS = "2016-01-01 : 2020-01-01"


@pytest.fixture(scope="module")
def bundle_arguments(bundle_dir: Path) -> list[str]:
    """Where the log is; without it these tests are skipped."""
    return ["--bundle", str(bundle_dir)]


@pytest.mark.parametrize("slug", BOARDS)
def test_every_chart_answers(page: "Page", site: Site, slug: str) -> None:
    visit = open_board(page, site, slug, choose_dates(slug, ALL_DAYS))
    assert visit.errors() == []
    assert len([answer for answer in visit.answers if "slice_id" in answer.url]) == count_charts(
        slug
    )
    assert {answer.status for answer in visit.answers} == {200}


def test_compliance_is_that_of_the_views(page: "Page", site: Site) -> None:
    (row,) = site.installation.query(
        "select round(100.0 * count(*) filter (where completed_within_tat)"
        " / count(completed_within_tat), 1) as compliance, count(*) filter (where is_breached"
        " and breach_day < '2020-01-01') as breaches from vw_tat_compliance"
        " where decided_day < '2020-01-01'"
    )
    visit = open_board(page, site, "tat", choose_dates("tat", ALL_DAYS))
    assert visit.figure("Levels decided in time (%)") == float(row["compliance"])
    assert visit.figure("Levels decided late") > 0
