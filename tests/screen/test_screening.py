"""`tat screen link`, as somebody types it."""

from datetime import UTC, datetime, timedelta

import pytest

from orchestration.screen.serving import ScreenError, listen
from orchestration.screen.tokens import verify
from tests.alerts.conftest import workflow
from tests.alerts.workflow import Workflow
from tests.orchestration.test_commands import Tat, tat
from tests.screen.browser import SECRET

__all__ = ["tat", "workflow"]


@pytest.fixture
def request_number(workflow: Workflow) -> str:
    """A request that waits for the approver, someone@example.com."""
    level = workflow.add_level()
    (row,) = workflow.fetch_all(
        "select request_number from workflow.workflow_requests"
        " inner join workflow.approval_levels using (request_id) where level_id = %s",
        level,
    )
    return str(row["request_number"])


def test_a_link_opens_what_it_was_made_for(
    tat: Tat, workflow: Workflow, request_number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAT_SCREEN_SECRET", SECRET)
    monkeypatch.setenv("TAT_SCREEN_URL", "https://tat.example.com/")
    link = ("screen", "link", "--user", "someone@example.com")
    queue = tat(*link).out.strip()
    assert queue.startswith("https://tat.example.com/queue?token=")
    page = tat(*link, "--request", request_number, "--days", "2").out.strip()
    assert page.startswith(f"https://tat.example.com/requests/{request_number}?token=")
    now = datetime.now(UTC)
    grants = [verify(address.partition("token=")[2], SECRET, now) for address in (queue, page)]
    assert [grant and grant.user_id for grant in grants] == [workflow.approver_id] * 2
    assert [bool(grant and grant.request_id) for grant in grants] == [False, True]
    assert grants[1] is not None
    assert timedelta(days=1) < grants[1].ends_at - now <= timedelta(days=2)


def test_a_link_that_would_open_nothing_is_not_made(
    tat: Tat, workflow: Workflow, request_number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = tat("screen", "link", "--user", "someone@example.com")
    assert without.code == 1
    assert "TAT_SCREEN_SECRET is not set" in without.err
    monkeypatch.setenv("TAT_SCREEN_SECRET", SECRET)
    unknown = tat("screen", "link", "--user", "nobody@example.com")
    assert unknown.code == 1
    assert "no one active user" in unknown.err
    workflow.add_user(email="other@example.com", display_name="Other")
    other = tat("screen", "link", "--user", "other@example.com", "--request", request_number)
    assert other.code == 1
    assert "Other takes no part" in other.err


def test_a_taken_port_is_refused_in_a_line() -> None:
    with listen("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(ScreenError, match="try another --port"):
            listen("127.0.0.1", taken.getsockname()[1])
