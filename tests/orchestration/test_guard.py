"""Who may ask Dagster's web server; tests/end_to_end asks the real one."""

import pytest
from starlette.datastructures import Headers

from orchestration.ui.guard import LOOPBACK, find_refusal

NAMES = (*LOOPBACK, "dagster.example.com")
HERE = "127.0.0.1:3000"


def ask(method: str = "GET", **headers: str) -> int | None:
    """The status with which a request of these headers is refused, if it is."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    refusal = find_refusal(method, Headers(named), NAMES)
    return refusal and refusal[0]


@pytest.mark.parametrize(
    "host",
    [HERE, "localhost:3000", "LOCALHOST", "[::1]:3000", "dagster.example.com", "127.0.0.1"],
)
def test_names_of_this_machine_and_those_that_are_set_are_answered(host: str) -> None:
    assert ask(host=host) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "127.0.0.1.evil.example:3000",
        "localhost.evil.example",
        "sub.dagster.example.com",
        "192.168.1.7:3000",
        "[::1",
        "[::2]:3000",
    ],
)
def test_a_name_that_only_leads_here_is_refused(host: str) -> None:
    assert ask(host=host) == 400


def test_a_request_without_a_host_is_refused() -> None:
    assert ask() == 400


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "https://evil.example:3000", "null", "http://127.0.0.1:8000", ""],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_a_page_of_another_origin_asks_is_refused(origin: str, method: str) -> None:
    assert ask(method, host=HERE, origin=origin) == 403


def test_what_our_own_page_asks_is_answered() -> None:
    own = {"host": HERE, "origin": f"http://{HERE}", "sec_fetch_site": "same-origin"}
    assert ask("POST", **own) is None
    behind_tls = {"host": "dagster.example.com", "origin": "https://dagster.example.com"}
    assert ask("POST", **behind_tls) is None


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("shown_as", ["image", "script", "empty", "iframe", "websocket"])
def test_a_get_without_an_origin_is_told_by_what_it_is_for(site: str, shown_as: str) -> None:
    assert ask(host=HERE, sec_fetch_site=site, sec_fetch_dest=shown_as) == 403


def test_a_link_from_another_site_is_followed_and_a_form_is_not() -> None:
    link = {"host": HERE, "sec_fetch_site": "cross-site", "sec_fetch_dest": "document"}
    assert ask("GET", **link) is None
    assert ask("POST", **link) == 403


def test_what_is_no_browser_needs_the_name_alone() -> None:
    assert ask("POST", host=HERE) is None
    assert ask("GET", host=HERE, sec_fetch_site="none") is None
