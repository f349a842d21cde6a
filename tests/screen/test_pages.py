"""What the pages say."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest

from database.connect import Database, connect
from orchestration.engine.explaining import Explanation
from orchestration.screen.timeline import (
    Scale,
    choose_scale,
    draw_bars,
    draw_marks,
    draw_ticks,
)
from tests.screen.browser import Browser, make_token, serve

MONDAY = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)


def read_page(browser: Browser, path: str, person: str) -> str:
    """The words of a page, tags left out."""
    answer = browser.ask(f"{path}?token={make_token(person)}")
    assert answer.status == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_reminders_are_in_the_words_of_the_app_with_their_figures(browser: Browser) -> None:
    words = read_page(browser, "/requests/R3", "b")
    assert "Reminder 1: 50% of SLA breach reminder have been sent" in words
    assert "Reminder sent by system automatically" in words
    assert "Sent at Wed 4 Mar 2026, 13:00" in words
    assert "Due by Wed 4 Mar 2026, 17:00" in words
    assert "Allocated 8 h Elapsed 4 h Remaining 4 h left" in words
    assert "sent to Finance manager by email, Wed 4 Mar 2026, 13:01" in words
    breached = read_page(browser, "/requests/R2", "b")
    assert "TAT breached - Immediate action required" in breached
    assert breached.count("Not needed: the request was decided before it.") == 2


def test_levels_and_counts_are_those_of_the_views(browser: Browser) -> None:
    words = read_page(browser, "/requests/R1", "e")
    assert "Work notes 3 Attached to notes 2 Documents 2 Spectators 3" in words
    assert "1. Manager Decided in time Mon 2 Mar 2026, 14:00 ended Wed 4 Mar 2026, 12:00" in words
    assert "16 h of 16 h used" not in words
    assert "16.00 h of 16 h used; due Wed 2026-03-04 12:00:00" in words


def test_a_pause_is_drawn_listed_and_told(browser: Browser) -> None:
    page = browser.ask(f"/requests/R7?token={make_token('b')}").text
    assert page.count('<rect class="pause" fill="url(#pause)" x=') == 1
    words = read_page(browser, "/requests/R7", "b")
    assert "paused: A quote is missing" in words
    assert (
        "Paused Thu 5 Mar 2026, 09:30 due later by each working hour until it is resumed" in words
    )


def test_text_of_others_is_text(browser: Browser) -> None:
    for path in ("/requests/R7", "/queue"):
        page = browser.ask(f"{path}?token={make_token('b')}").text
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; a laptop" in page


def test_a_queue_has_the_least_time_left_first_and_says_for_whom(browser: Browser) -> None:
    own = read_page(browser, "/queue", "b")
    assert "2 to decide, 1 breached" in own
    assert own.index("An invoice") < own.index("a laptop")
    assert "You stand in for" not in own
    assert "You stand in for Finance manager" in read_page(browser, "/queue", "f1")


def test_what_is_empty_says_why(browser: Browser) -> None:
    assert "Nothing waits for you" in read_page(browser, "/queue", "e")
    draft = read_page(browser, "/requests/R5", "a")
    assert "No reminder yet" in draft
    assert "No level has started" in draft
    assert "8 h allocated; its time runs once it is its turn" in draft


def test_links_keep_the_token_and_nothing_else(browser: Browser) -> None:
    token = make_token("b")
    queue = browser.ask(f"/queue?token={token}").text
    assert f'href="/requests/R3?token={token}"' in queue
    assert f'href="/queue?token={token}"' in browser.ask(f"/requests/R3?token={token}").text


def test_times_are_those_of_the_reader(browser: Browser) -> None:
    assert "2. Head On track Thu 5 Mar 2026, 06:30" in read_page(browser, "/requests/R4", "c")
    assert "2. Head On track Thu 5 Mar 2026, 02:00" in read_page(browser, "/requests/R4", "f0")


def test_a_database_without_views_says_so(database: Database) -> None:
    with connect(database, "tat_owner") as owner:
        owner.execute(
            "insert into workflow.users (user_id, email, display_name)"
            " values ('00000000-0000-0000-0000-00000000000b', 'b@example.org', 'B')"
        )
    with serve(database) as browser:
        answer = browser.ask(f"/queue?token={make_token('b')}")
    assert answer.status == 503
    assert "The views are not built yet" in answer.text


def make_explanation(state: str = "running", ends_at: datetime | None = None) -> Explanation:
    """Four hours from Monday 9:00, an hour of which is paused; 50 % is at 14:00."""

    def line(kind: str, start: float, end: float | None, **details: object) -> dict[str, object]:
        return {
            "cycle": 1,
            "kind": kind,
            "starts_at": MONDAY + timedelta(hours=start),
            "ends_at": None if end is None else MONDAY + timedelta(hours=end),
            "details": details,
        }

    level = {**line("level", 0, None, state=state), "ends_at": ends_at}
    return Explanation(
        uuid4(),
        [
            level,
            line("window", 0, 2),
            line("window", 2, 3),
            line("pause", 3, 4),
            line("threshold", 5, None, is_crossed=False, alert_type="TAT_50", percentage=50),
            line("threshold", 9, None, is_crossed=False, alert_type="TAT_100", percentage=100),
        ],
    )


def test_a_running_level_is_drawn_up_to_its_due_time() -> None:
    explanation = make_explanation()
    present = MONDAY + timedelta(hours=4)
    scale = Scale(MONDAY, MONDAY + timedelta(hours=10))
    bars = {(bar.kind, bar.x, bar.width) for bar in draw_bars(explanation, scale, present)}
    assert bars == {
        ("idle", 0, 40),
        ("counted", 0, 30),
        ("pause", 30, 10),
        ("ahead", 40, 50),
    }
    assert [(mark.x, mark.label) for mark in draw_marks(explanation, scale)] == [
        (50, "50 %"),
        (90, "100 %"),
    ]


def test_a_decided_level_shows_no_threshold_that_it_never_reached() -> None:
    explanation = make_explanation("stopped", MONDAY + timedelta(hours=4))
    scale = choose_scale([explanation], MONDAY + timedelta(days=30))
    assert scale is not None
    assert draw_marks(explanation, scale) == []
    assert scale.ends_at < MONDAY + timedelta(hours=5)


@pytest.mark.parametrize("hours", [0.1, 1, 7, 30, 100, 500, 3000, 20000, 200000])
def test_an_axis_has_a_few_labels_whatever_it_spans(hours: float) -> None:
    scale = Scale(MONDAY, MONDAY + timedelta(hours=hours))
    ticks = draw_ticks(scale, "Europe/Berlin")
    assert len(ticks) <= 6
    labels = [tick.label for tick in ticks if tick.label]
    assert len(set(labels)) == len(labels)
    assert all(0 <= tick.x <= 100 for tick in ticks)
    if hours >= 7:
        assert labels
