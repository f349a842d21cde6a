"""Everybody is told once of everything, whatever befalls the senders and the servers."""

import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.delivery.office import HALF, Office
from tests.delivery.servers import MailServer, Receiver, run_mail_server, run_receiver
from tests.distribution import several

pytestmark = pytest.mark.slow

# Reminders and kills, in a plain run and in a full one.
EXTENTS = ((300, 8), (10_000, 50))


@pytest.fixture
def servers(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[MailServer, Receiver]]:
    """A mail server and a receiver that fail one time in eight, and are slow at times."""
    monkeypatch.setenv("HOOK_SECRET", "secret")
    chance = Random(3)

    def answer_mail(_: int) -> str:
        return chance.choices(["250 OK", "451 later", "421 closing"], [88, 10, 2])[0]

    def answer_call(_: int) -> int:
        return chance.choices([204, 500, 429], [88, 10, 2])[0]

    with (
        run_mail_server(MailServer(answer=answer_mail)) as mail_server,
        run_receiver(Receiver(answer=answer_call)) as receiver,
    ):
        office.set_channel("email", kind="smtp", url=mail_server.url)
        office.set_channel("hook", kind="webhook", url=receiver.url, is_private_allowed=True)
        office.workflow.connection.execute(
            "update tat.channel set keeps_quiet_hours = false, summary_above = null,"
            " messages_per_minute = 1000000, attempts = 100"
        )
        office.use_channels("email", "hook", "in_app")
        yield mail_server, receiver


def finish(office: Office) -> None:
    """Send until nothing is left, each time later than the longest wait."""
    for hour in range(1, 200):
        office.deliver(HALF + timedelta(hours=hour))
        (left,) = office.workflow.fetch_all(
            "select count(*) as rows from tat.delivery where finished_at is null"
        )
        if left["rows"] == 0:
            return


def assert_told_once(
    office: Office, servers: tuple[MailServer, Receiver], reminders: int, kills: int
) -> None:
    """Each reminder arrived by each channel; only what was in flight at a kill came twice."""
    states = office.workflow.fetch_all(
        "select channel_name, state, count(*) as rows from tat.delivery group by 1, 2 order by 1"
    )
    assert states == [
        {"channel_name": name, "state": "sent", "rows": reminders}
        for name in ("email", "hook", "in_app")
    ]
    expected = {
        str(row["message_id"])
        for row in office.workflow.fetch_all(
            "select message_id from tat.delivery where channel_name = 'email'"
        )
    }
    mails = Counter(name.strip("<>").partition("@")[0] for name in servers[0].list_ids())
    assert set(mails) == expected
    assert sum(mails.values()) - reminders <= kills
    (shown,) = office.workflow.fetch_all(
        "select count(*) as rows, count(distinct alert_id) as alerts from tat.in_app_notification"
    )
    assert (shown["rows"], shown["alerts"]) == (reminders, reminders)
    called = {headers["webhook-id"] for _, headers, _ in servers[1].calls}
    assert len(called) == reminders
    (told,) = office.workflow.fetch_all(
        "select count(*) as alerts from tat.tat_alerts where notification_sent"
        " and notification_channels @> '{email,hook,in_app}'"
        " and cardinality(notification_channels) = 3"
    )
    assert told["alerts"] == reminders


def add_reminders(office: Office, reminders: int) -> None:
    """Levels that have crossed 50 %, one reminder each."""
    first = office.workflow.add_level()
    office.workflow.connection.execute(
        "insert into workflow.approval_levels (level_id, request_id, level_number, approver_id,"
        " status, tat_hours, level_start_time, tat_start_time, created_at, updated_at)"
        " select gen_random_uuid(), request_id, level_number, approver_id, status, tat_hours,"
        " level_start_time, tat_start_time, created_at, updated_at"
        " from workflow.approval_levels, generate_series(2, %s) where level_id = %s",
        (reminders, first),
    )
    office.engine.catch_up(HALF)


@pytest.mark.parametrize("extent", several(EXTENTS))
def test_many_kills(
    office: Office, servers: tuple[MailServer, Receiver], extent: tuple[int, int]
) -> None:
    reminders, kills = extent
    add_reminders(office, reminders)
    done = subprocess.run(
        [sys.executable, "-m", "tests.delivery.sender_zygote", HALF.isoformat(), str(kills), "7"],
        input=pickle.dumps((office.database, office.settings)),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    assert int(done.stdout) == kills
    (sent,) = office.workflow.fetch_all(
        "select count(*) as rows from tat.delivery where state = 'sent'"
    )
    assert sent["rows"] > 0
    finish(office)
    assert_told_once(office, servers, reminders, kills)


def test_four_senders_at_once(office: Office, servers: tuple[MailServer, Receiver]) -> None:
    add_reminders(office, 200)
    with ThreadPoolExecutor(4) as pool:
        for run in [pool.submit(office.deliver, HALF) for _ in range(4)]:
            run.result()
    finish(office)
    assert_told_once(office, servers, 200, kills=0)
