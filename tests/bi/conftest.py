"""Superset on the sample, started once for a module, and a browser in front of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from orchestration.dashboards.superset import PYTHON
from tests.end_to_end.conftest import Installation, installation

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.bi.site import Site

__all__ = ["installation"]


@pytest.fixture(scope="session", autouse=True)
def needed() -> None:
    """What only these tests need."""
    if not PYTHON.exists():
        pytest.skip("Superset is not installed: make bi installs it")
    pytest.importorskip("playwright", reason="Playwright is not installed: make test-bi does it")
    from tests.bi.site import CHROMIUM

    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: install Debian's chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One browser for all tests."""
    from tests.bi.site import open_browser

    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def site(installation: Installation, request: pytest.FixtureRequest) -> Iterator["Site"]:
    """Superset with the dashboards, on what the module's `BROUGHT_UP` arguments load."""
    from tests.bi.site import start_site

    installation.run("up", "--once", *request.getfixturevalue("bundle_arguments"))
    try:
        yield start_site(installation)
    finally:
        installation.run("dashboards", "stop")


@pytest.fixture(scope="module")
def bundle_arguments() -> list[str]:
    """The sample; a module may name a bundle."""
    return []


@pytest.fixture
def page(browser: "Browser", site: "Site") -> Iterator["Page"]:
    """A page of the administrator, in a context of its own."""
    from tests.bi.site import sign_in

    with sign_in(browser, site) as opened:
        yield opened
