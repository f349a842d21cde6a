"""Channels, delegates, messages and the outbox, as somebody types them."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from database.settings import Settings
from orchestration.engine.tick import read_database_time
from tests.alerts.conftest import engine, workflow
from tests.alerts.workflow import Engine, Workflow
from tests.orchestration.test_commands import Tat, tat

__all__ = ["engine", "tat", "workflow"]


@pytest.fixture
def alert_id(workflow: Workflow, engine: Engine) -> str:
    """The alert of a level that has just used half of its time."""
    now = read_database_time(engine.connection)
    level = workflow.add_level(
        priority="EXPRESS", tat_hours=2, started_at=now - timedelta(hours=1, minutes=1)
    )
    engine.tick(now)
    (alert,) = workflow.list_alerts(level)
    return str(alert["alert_id"])


def test_reminders_go_out_and_are_listed(tat: Tat, alert_id: str, settings: Settings) -> None:
    assert tat("outbox", "send").code == 0
    listed = tat("outbox", "list", "--format", "json").data
    assert {(row["channel"], row["state"], row["receiver"]) for row in listed} == {
        ("in_app", "sent", "Approver One"),
        ("email", "sent", "Approver One"),
    }
    assert tat("outbox", "list", "--state", "dead", "--format", "json").data == []
    assert len(list((settings.home / "mail").glob("*.eml"))) >= 1


def test_a_preview_shows_whom_an_alert_tells_and_sends_nothing(
    tat: Tat, alert_id: str, workflow: Workflow, tmp_path: Path
) -> None:
    shown = tat("notify", "preview", alert_id, "--html", str(tmp_path / "pages"))
    assert shown.code == 0
    assert "to Approver One" in shown.out
    assert re.search(r"5[89] min left", shown.out)
    (page,) = (tmp_path / "pages").glob("*.html")
    assert "Laptop for a new colleague" in page.read_text()
    assert workflow.fetch_all("select 1 from tat.delivery") == []
    unknown = tat("notify", "preview", "00000000-0000-0000-0000-000000000000")
    assert unknown.code != 0
    assert "There is no alert" in unknown.err


def test_a_channel_is_changed_and_a_policy_names_only_what_there_is(tat: Tat) -> None:
    added = tat(
        "channel",
        "set",
        "teams",
        "--kind",
        "apprise",
        "--url",
        "${TEAMS_URL}",
        "--digest",
        "daily",
        "--quiet-hours",
    )
    assert added.code == 0
    listed = {row["channel"]: row for row in tat("channel", "list", "--format", "json").data}
    assert (listed["teams"]["digest"], listed["teams"]["quiet_hours"]) == ("daily", True)
    refused = tat("policy", "set", "STANDARD", "--channels", "email,temas")
    assert refused.code != 0
    assert "There is no channel temas" in refused.err
    assert tat("policy", "set", "STANDARD", "--channels", "email, teams").code == 0
    told = tat(
        "policy", "tell", "STANDARD", "100", "--repeat-every", "4", "--at-once", "--format", "json"
    ).data
    (row,) = (row for row in told if (row["priority"], row["threshold"]) == ("STANDARD", 100))
    assert (row["channels"], row["at_once"], row["repeat_every"]) == (["email", "teams"], True, 4)
    wrong = tat("policy", "tell", "EXPRESS", "50", "--repeat-every", "1")
    assert "only 100 repeats" in wrong.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("new",), "say its --kind"),
        (("new", "--kind", "pigeon"), "'pigeon' is not one of"),
        (("new", "--kind", "smtp"), "needs a --url"),
        (("in_app", "--url", "x"), "has no --url"),
        (("email", "--digest", "weekly"), "This channel can't be"),
        (("Not a name", "--kind", "folder"), "This channel can't be"),
    ],
)
def test_a_wrong_channel_is_refused_in_a_line(
    tat: Tat, arguments: tuple[str, ...], words: str
) -> None:
    answer = tat("channel", "set", *arguments)
    assert answer.code != 0
    assert words in answer.err


def test_a_person_can_be_left_out_of_a_channel(tat: Tat, alert_id: str, workflow: Workflow) -> None:
    assert tat("channel", "person", str(workflow.approver_id), "email", "--off").code == 0
    tat("outbox", "send")
    suppressed = tat("outbox", "list", "--state", "suppressed", "--format", "json").data
    assert [row["reason"] for row in suppressed] == ["the receiver does not want this channel"]
    wrong = tat("channel", "person", str(workflow.approver_id), "pigeon")
    assert "There is no channel 'pigeon'" in wrong.err


def test_a_delegate_is_added_listed_and_ended(tat: Tat, workflow: Workflow) -> None:
    approver = str(workflow.approver_id)
    delegate = str(workflow.add_user(display_name="Delegate"))
    assert tat("delegate", "add", approver, delegate, "--reason", "leave").code == 0
    (row,) = tat("delegate", "list", "--format", "json").data
    assert (row["person"], row["delegate"], row["state"]) == ("Approver One", "Delegate", "now")
    assert "1 delegations ended" in tat("delegate", "end", approver).out
    assert tat("delegate", "list", "--format", "json").data == []


def test_a_test_message_goes_out_by_a_channel(tat: Tat, settings: Settings) -> None:
    sent = tat("notify", "test", "--to", "me@example.com")
    assert sent.code == 0
    mails = [file.read_text() for file in (settings.home / "mail").glob("*.eml")]
    assert any("me@example.com" in mail and "This is a test" in mail for mail in mails)
    assert "no channel that sends" in tat("notify", "test", "--to", "x", "--channel", "in_app").err
