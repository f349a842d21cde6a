"""What messages say, and what those who write templates can't do."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from unicodedata import category
from uuid import UUID

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.delivery.messages import Message, Notice, Receiver, Reminder, fill_link
from orchestration.delivery.rendering import clean_line, format_hours, render

NOBODY = UUID(int=0)
REMINDER = Reminder(
    alert_id=NOBODY,
    alert_type="TAT_75",
    percentage=Decimal(75),
    repetition=0,
    role="approver",
    stands_in_for=None,
    request_id=NOBODY,
    request_number="R-1",
    request_title="A laptop",
    priority="STANDARD",
    initiator="Ann",
    approver="Bob",
    level_id=NOBODY,
    level="Finance",
    crossed_at=datetime(2026, 3, 27, 12, tzinfo=UTC),
    due_at=datetime(2026, 3, 30, 9, 30, tzinfo=UTC),
    tat_hours=Decimal(16),
    elapsed_hours=Decimal(12),
    link="https://app.example.com/requests/R-1",
)
RECEIVER = Receiver("Bob", "bob@example.com", "Europe/Amsterdam", NOBODY)


def build(*reminders: Reminder) -> Message:
    return Message(NOBODY, RECEIVER, reminders)


def test_a_reminder_says_what_is_left_in_the_receivers_zone() -> None:
    content = render(build(REMINDER))
    # Summer time began on the 29th.
    assert content.subject == "R-1: 4 h left, due Mon 30 Mar 2026, 11:30"
    assert "75 % of its time is used: 4 h are left" in content.text
    assert "https://app.example.com/requests/R-1" in content.text
    assert "You get this because you have to decide." in content.text
    assert 'width="75%"' in content.html


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"role": "manager"}, "you are the manager of Bob, who has to decide"),
        ({"stands_in_for": "Cem"}, "you stand in for Cem, who has to decide"),
        (
            {"role": "manager", "stands_in_for": "Cem"},
            "you stand in for Cem, the manager of Bob",
        ),
        ({"elapsed_hours": Decimal("16.5")}, "It is overdue by 30 min"),
        ({"due_at": None}, "beyond the generated calendar"),
    ],
)
def test_a_reminder_says_why_one_gets_it(changes: dict[str, object], words: str) -> None:
    content = render(build(replace(REMINDER, **changes)))  # type: ignore[arg-type]
    assert words in content.text
    assert words in " ".join(content.html.split()) or "overdue" in words


def test_a_summary_begins_with_what_is_most_overdue() -> None:
    late = replace(REMINDER, request_number="R-2", alert_type="TAT_100", elapsed_hours=Decimal(30))
    content = render(build(REMINDER, late))
    assert content.subject == "2 approvals need attention, 1 overdue"
    assert content.text.index("R-2") < content.text.index("R-1")


def test_a_long_summary_lists_fifty_and_counts_the_rest() -> None:
    content = render(build(*[REMINDER] * 53))
    assert content.text.count("R-1  A laptop") == 50
    assert "And 3 more." in content.text
    assert "And 3 more." in content.html


@given(st.text())
def test_no_text_breaks_out_of_a_line_or_of_html(text: str) -> None:
    reminder = replace(
        REMINDER, request_title=text, request_number=text, level=text, approver=text, initiator=text
    )
    content = render(build(reminder))
    assert len(content.subject.splitlines()) <= 1
    assert not any(category(character) == "Cc" for character in content.subject)
    assert not set("\u202d\u202e\u2066\u2067\u2068") & set(content.subject)
    markup = render(build(replace(REMINDER, request_title="x"))).html
    assert content.html.count("<") == markup.count("<")


@given(st.text())
def test_a_clean_line_stays_as_it_is(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)


def test_a_request_number_can_t_leave_its_place_in_a_link() -> None:
    row = {"request_id": NOBODY, "level_id": NOBODY, "request_number": "../x?y=1#z //evil"}
    link = fill_link("https://app.example.com/requests/{request_number}", row)
    assert link == "https://app.example.com/requests/..%2Fx%3Fy%3D1%23z%20%2F%2Fevil"


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("0.01", "less than a minute"),
        ("-0.75", "45 min"),
        ("7.9833333333", "7 h 59 min"),
        ("12", "12 h"),
        ("99.5", "99 h 30 min"),
        ("1204.9", "1,204 h"),
    ],
)
def test_hours_are_said_as_people_say_them(hours: str, words: str) -> None:
    assert format_hours(Decimal(hours)) == words


def test_templates_of_ones_own_stand_before_ours(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "reminder.subject.txt").write_text(
        "Please decide {{ message.reminders[0].request_number }}"
    )
    (tmp_path / "nl").mkdir()
    (tmp_path / "nl" / "reminder.subject.txt").write_text("Graag beslissen")
    assert render(build(REMINDER), own=tmp_path).subject == "Please decide R-1"
    assert render(build(REMINDER), "nl", tmp_path).subject == "Graag beslissen"
    assert "Allocated" in render(build(REMINDER), "nl", tmp_path).text


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{{ message.__class__.__mro__ }}", jinja2.TemplateError),
        ("{{ message.receiver.nmae }}", jinja2.UndefinedError),
        ("{% include '../../../../etc/passwd' %}", jinja2.TemplateNotFound),
        ("{{ ", jinja2.TemplateSyntaxError),
    ],
)
def test_a_template_stays_in_its_sandbox(
    tmp_path: Path, template: str, error: type[Exception]
) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "reminder.subject.txt").write_text(template)
    with pytest.raises(error):
        render(build(REMINDER), own=tmp_path)


def test_a_notice_is_for_operators() -> None:
    content = render(Message(NOBODY, RECEIVER, notices=[Notice("A run failed", "<b>Why</b>")]))
    assert content.subject == "Turnaround: A run failed"
    assert "&lt;b&gt;Why" in content.html
