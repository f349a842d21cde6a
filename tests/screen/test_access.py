"""Attacks: tokens, headers, methods, paths and names that must open nothing."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.connect import Database
from orchestration.screen.reading import open_reader
from orchestration.screen.tokens import Grant, sign, verify
from tests.screen.browser import SECRET, Browser, make_token

INSTANTS = st.integers(10**9, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
EMAIL = "X-Forwarded-Email"


@given(st.uuids(), st.none() | st.uuids(), INSTANTS, st.integers(0, 10**6), st.characters())
def test_a_token_says_what_was_signed_and_no_letter_of_it_can_be_changed(
    user_id: object, request_id: object, ends_at: datetime, place: int, letter: str
) -> None:
    grant = Grant(user_id, request_id, ends_at)  # type: ignore[arg-type]
    token = sign(grant, SECRET)
    before = grant.ends_at - timedelta(seconds=1)
    assert verify(token, SECRET, before) == grant
    assert verify(token, SECRET, grant.ends_at) is None
    assert verify(token, SECRET + "!", before) is None
    at = place % len(token)
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token and letter.isprintable():
        assert verify(changed, SECRET, before) is None


@pytest.mark.parametrize("token", ["", ".", "...", "a.queue.1.b", "é.é", "%00", "\ud7ff"])
def test_what_was_never_signed_opens_nothing(token: str) -> None:
    assert verify(token, SECRET, datetime.now(UTC)) is None


def test_a_token_ends(browser: Browser) -> None:
    assert browser.ask(f"/queue?token={make_token('b')}").status == 200
    ended = make_token("b", lasts=timedelta(seconds=-1))
    assert browser.ask(f"/queue?token={ended}").status == 404


def test_a_token_of_another_secret_opens_nothing(browser: Browser) -> None:
    forged = make_token("b", secret="another secret, as long as the first")
    assert browser.ask(f"/queue?token={forged}").status == 404
    assert browser.ask(f"/requests/R3?token={forged}").status == 404


def test_a_token_for_one_request_opens_that_one_alone(browser: Browser) -> None:
    token = make_token("b", 3)
    page = browser.ask(f"/requests/R3?token={token}")
    assert page.status == 200
    assert "/queue" not in page.text
    assert browser.ask(f"/requests/R1?token={token}").status == 404
    assert browser.ask(f"/queue?token={token}").status == 404


def test_a_token_opens_only_what_its_person_may_see_by_now(browser: Browser) -> None:
    assert browser.ask(f"/requests/R3?token={make_token('e', 3)}").status == 404
    assert browser.ask(f"/requests/R1?token={make_token('f3', 1)}").status == 404


def test_a_header_counts_only_where_it_is_configured(browser: Browser, proxied: Browser) -> None:
    assert browser.ask("/requests/R3", (EMAIL, "b@example.org")).status == 404
    assert proxied.ask("/requests/R3", (EMAIL, "B@example.org")).status == 200
    assert proxied.ask("/queue", ("X-Forwarded-User", "b@example.org")).status == 404
    assert proxied.ask("/queue").status == 404


@pytest.mark.parametrize(
    "values",
    [
        ("b@example.org", "b@example.org"),
        ("e@example.org", "b@example.org"),
        ("b@example.org, e@example.org",),
        ("%",),
        ("00000000-0000-0000-0000-00000000000b",),
        ("i@example.org",),
        ("' or true --",),
    ],
)
def test_a_header_names_one_person_by_address(proxied: Browser, values: tuple[str, ...]) -> None:
    assert proxied.ask("/requests/R3", *((EMAIL, value) for value in values)).status == 404


def test_the_proxy_goes_before_a_token(proxied: Browser) -> None:
    path = f"/requests/R3?token={make_token('b')}"
    assert proxied.ask(path).status == 200
    assert proxied.ask(path, (EMAIL, "e@example.org")).status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_but_reading_is_answered(browser: Browser, method: str) -> None:
    for path in ("/queue", "/requests/R3", "/screen.css", "/"):
        answer = browser.ask(f"{path}?token={make_token('b')}", method=method)
        assert answer.status == 405
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_head_has_no_body(browser: Browser) -> None:
    answer = browser.ask(f"/requests/R3?token={make_token('b')}", method="HEAD")
    assert (answer.status, answer.text) == (200, "")


@pytest.mark.parametrize(
    "path",
    [
        "/requests/",
        "/requests/R1/",
        "/requests/R1%00",
        "/requests/%FF%FE",
        "/requests/r1",
        "/requests/R_",
        "/requests/R1%27%20or%20%271%27=%271",
        "/requests/R1%3Btruncate%20tat.tat_alerts",
        "/requests/..%2f..%2fetc%2fpasswd",
        "/requests/../requests/R1",
        "//requests/R1",
        "/screen.css/../app.py",
        "/..%2fscreen.css",
        "/templates/request.html",
        "/requests/" + "R" * 5000,
        "/requests/00000000-0000-0000-0000-000000000001",
    ],
)
def test_a_path_is_a_number_or_nothing(browser: Browser, path: str) -> None:
    assert browser.ask(f"{path}?token={make_token('b')}").status == 404


def test_only_names_of_this_machine_and_of_the_address_are_answered(browser: Browser) -> None:
    path = f"/queue?token={make_token('b')}"
    for host in ("localhost", "[::1]", "tat.example.org"):
        assert browser.ask(path, host=host).status == 200
    for host in ("evil.example.org", "tat.example.org.evil.example", "example.org"):
        assert browser.ask(path, host=host).status == 400


@pytest.mark.parametrize("path", ["/queue", "/requests/R3", "/elsewhere", "/screen.css", "/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_keeps_the_browser_strict(browser: Browser, path: str, method: str) -> None:
    headers = browser.ask(f"{path}?token={make_token('b')}", method=method).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    is_page = (path, method) != ("/screen.css", "GET")
    assert headers["cache-control"] == ("no-store" if is_page else "public, max-age=300")
    assert "server" not in headers


@pytest.mark.parametrize("role", ["tat_engine", "tat_bi"])
def test_a_page_can_not_write(peopled: Database, role: str) -> None:
    with (
        open_reader(peopled, role) as connection,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        connection.execute(
            "delete from tat.tat_alerts" if role == "tat_engine" else "create table t ()"
        )
