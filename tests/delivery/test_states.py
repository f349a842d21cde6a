"""What becomes of a delivery: sent, tried again, dead, or suppressed with a reason."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from database.connect import Database, connect
from orchestration.delivery import load
from orchestration.delivery.sending import SENDER_LOCK, claim
from tests.alerts.workflow import january
from tests.delivery.office import HALF, LATE, THREE_QUARTERS, Office

EVENING = january(6, 19)
MORNING = january(7, 9)


def decide(office: Office, level: UUID) -> None:
    office.workflow.decide(level, january(6, 20))


def skip(office: Office, level: UUID) -> None:
    office.workflow.change_level(level, status="SKIPPED", is_skipped=True)


def withdraw(office: Office, level: UUID) -> None:
    office.workflow.change_request(level, is_deleted=True)
    office.engine.tick(january(6, 20, 1))


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (decide, "the level was decided"),
        (skip, "the level was cancelled"),
        (withdraw, "the level was cancelled"),
    ],
)
def test_a_reminder_that_became_pointless_is_not_sent(
    office: Office, happens: Callable[[Office, UUID], None], reason: str
) -> None:
    office.set_channel("email", keeps_quiet_hours=True)
    level = office.cross(EVENING)
    office.deliver(EVENING)
    happens(office, level)
    report = office.deliver(MORNING)
    assert office.read_mails() == []
    assert office.list_told() == [("TAT_75", "Approver One", "suppressed")]
    assert office.list_reasons() == [reason]
    assert report.suppressed == 1


def test_of_two_that_wait_the_higher_goes_out(office: Office) -> None:
    office.set_channel("email", digest="daily")
    office.cross(HALF)
    office.deliver(HALF)
    office.engine.tick(THREE_QUARTERS)
    office.deliver(THREE_QUARTERS)
    office.deliver(MORNING)
    assert office.list_told() == [
        ("TAT_50", "Approver One", "suppressed"),
        ("TAT_75", "Approver One", "sent"),
    ]
    assert office.list_reasons()[0] == "a later one says more"


def test_an_alert_says_by_which_channels_it_was_told(office: Office) -> None:
    level = office.cross(HALF)
    (before,) = office.workflow.list_alerts(level)
    assert (before["notification_sent"], before["notification_channels"]) == (False, [])
    office.deliver(HALF)
    (after,) = office.workflow.list_alerts(level)
    assert (after["notification_sent"], sorted(after["notification_channels"])) == (
        True,
        ["email", "in_app"],
    )
    (outbox,) = office.workflow.fetch_all("select * from tat.outbox")
    assert outbox["delivered_at"] == HALF


def test_replayed_history_is_never_sent(office: Office) -> None:
    level = office.workflow.add_level()
    office.workflow.decide(level, january(8, 12))
    office.engine.tick(january(9, 12))
    assert len(office.workflow.list_alerts(level)) == 3
    assert office.deliver(january(9, 12)).sent == 0
    assert office.list_deliveries() == []


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda office: office.use_channels("pigeon"), "no channel has this name"),
        (lambda office: office.set_channel("email", is_active=False), "the channel is off"),
        (
            lambda office: office.workflow.connection.execute(
                "insert into tat.user_channel (user_id, channel_name, is_wanted)"
                " values (%s, 'email', false)",
                (office.workflow.approver_id,),
            ),
            "the receiver does not want this channel",
        ),
        (
            lambda office: office.set_channel("email", kind="apprise", url="${SMS}/{address}"),
            "the receiver has no address on this channel",
        ),
    ],
)
def test_one_who_can_t_be_reached_is_kept_with_the_reason(
    office: Office, prepare: Callable[[Office], object], reason: str
) -> None:
    prepare(office)
    office.cross(HALF)
    office.deliver(HALF)
    (row,) = office.workflow.fetch_all(
        "select state, reason from tat.delivery where channel_name <> 'in_app'"
    )
    assert row == {"state": "suppressed", "reason": reason}


def test_what_was_sent_is_not_sent_again(office: Office) -> None:
    office.cross(HALF)
    office.deliver(HALF)
    before = office.list_deliveries()
    assert office.deliver(HALF + timedelta(hours=1)).sent == 0
    assert office.list_deliveries() == before


def test_a_channel_that_can_t_be_used_is_left_alone_and_nothing_dies(office: Office) -> None:
    office.set_channel("email", kind="smtp", url="smtp://127.0.0.1:1?from=tat@example.com")
    office.set_channel("email", keeps_quiet_hours=False, attempts=1)
    office.cross(HALF)
    assert office.deliver(HALF).unavailable == ("email",)
    assert office.deliver(HALF).unavailable == ()
    assert office.deliver(HALF + timedelta(seconds=16)).unavailable == ("email",)
    assert office.list_told() == [("TAT_50", "Approver One", "queued")]
    (channel,) = office.workflow.fetch_all(
        "select failures, last_error, paused_until from tat.channel where channel_name = 'email'"
    )
    assert channel["failures"] == 2
    assert "ConnectionRefusedError" in channel["last_error"]
    assert channel["paused_until"] == HALF + timedelta(seconds=16 + 30)


def test_a_variable_that_is_not_set_is_named(office: Office) -> None:
    office.set_channel("email", kind="webhook", url="https://example.com/?secret=${NOT_SET}")
    office.cross(HALF)
    office.deliver(HALF)
    (channel,) = office.workflow.fetch_all(
        "select last_error from tat.channel where channel_name = 'email'"
    )
    assert channel["last_error"] == "not set in the environment: NOT_SET"


@pytest.fixture
def sender(office: Office, database: Database) -> psycopg.Connection:
    """A sender that has claimed the mail and is about to end."""
    office.cross(HALF)
    office.use_channels("email")
    office.workflow.connection.execute("select tat.route_alerts(%s, 10)", (HALF,))
    connection = connect(database, "tat_engine", autocommit=True)
    connection.execute("select pg_advisory_lock(%s, pg_backend_pid())", (SENDER_LOCK,))
    claimed, _ = claim(connection, "email", HALF)
    assert claimed["claimed"] == 1
    return connection


def test_what_a_living_sender_holds_is_left_to_it(
    office: Office, sender: psycopg.Connection
) -> None:
    with sender:
        assert office.deliver(HALF + timedelta(hours=1)).sent == 0
        assert office.list_told() == [("TAT_50", "Approver One", "sending")]


def test_what_a_sender_held_that_is_gone_is_sent_as_the_same_message(
    office: Office, sender: psycopg.Connection
) -> None:
    (held,) = office.list_deliveries()
    sender.close()
    assert office.deliver(HALF + timedelta(seconds=1)).sent == 1
    (sent,) = office.list_deliveries()
    assert (sent["state"], sent["message_id"]) == ("sent", held["message_id"])
    assert sent["attempts"] == 2
    (mail,) = office.read_mails()
    assert mail["Message-ID"] == f"<{held['message_id']}@localhost>"


def test_a_message_that_ends_its_senders_is_given_up_and_operators_are_told(
    office: Office, sender: psycopg.Connection
) -> None:
    office.workflow.connection.execute("update tat.channel set attempts = 1")
    sender.close()
    office.deliver(HALF)
    office.deliver(HALF)
    assert office.list_told()[0] == ("TAT_50", "Approver One", "dead")
    (mail,) = office.read_mails()
    assert mail["To"] == "operators <operators@localhost>"
    assert mail["Subject"] == "Turnaround: Messages by the channel email are given up"


def test_dead_messages_are_sent_again_by_hand(office: Office, sender: psycopg.Connection) -> None:
    office.workflow.connection.execute("update tat.channel set attempts = 1, operators = null")
    sender.close()
    office.deliver(HALF)
    parameters = {"ids": None, "channel": None}
    office.workflow.connection.execute(load("retry_deliveries"), parameters)
    office.deliver()
    assert office.list_told() == [("TAT_50", "Approver One", "sent")]


def test_a_dropped_delivery_is_not_sent(office: Office) -> None:
    office.set_channel("email", keeps_quiet_hours=True)
    office.cross(EVENING)
    office.deliver(EVENING)
    parameters = {"ids": None, "channel": "email"}
    office.workflow.connection.execute(load("drop_deliveries"), parameters)
    office.deliver(MORNING)
    assert office.list_told() == [("TAT_75", "Approver One", "suppressed")]
    assert office.list_reasons() == ["dropped by hand"]


def test_every_routed_alert_is_accounted_for(office: Office) -> None:
    """Alerts = outbox; each routed one has deliveries, and each delivery a state that ends."""
    for hour in range(9, 18):
        office.workflow.add_level(
            started_at=january(5, hour),
            request_id=office.workflow.add_request(request_number=f"R-{hour}"),
        )
    for at in (HALF, THREE_QUARTERS, LATE):
        office.engine.tick(at)
        office.deliver(at)
    left = office.workflow.fetch_all(
        "select outbox.alert_id from tat.outbox"
        " left join tat.delivery on delivery.alert_id = outbox.alert_id"
        " and delivery.state in ('sent', 'suppressed')"
        " where delivery.delivery_id is null or outbox.routed_at is null"
    )
    assert left == []


def test_telling_somebody_changes_no_figure_of_the_request(office: Office) -> None:
    office.cross(HALF)
    office.workflow.connection.execute("delete from tat.request_change")
    office.deliver(HALF)
    assert office.workflow.fetch_all("select 1 from tat.request_change") == []
    office.workflow.connection.execute("update tat.tat_alerts set alert_sent_at = now()")
    assert len(office.workflow.fetch_all("select 1 from tat.request_change")) == 1


def test_what_waits_for_a_channel_that_is_switched_off_goes_out_when_it_is_on_again(
    office: Office,
) -> None:
    office.set_channel("email", keeps_quiet_hours=True)
    office.cross(EVENING)
    office.deliver(EVENING)
    office.set_channel("email", is_active=False)
    office.deliver(MORNING)
    assert office.list_told() == [("TAT_75", "Approver One", "queued")]
    office.set_channel("email", is_active=True)
    office.deliver(MORNING)
    assert office.list_told() == [("TAT_75", "Approver One", "sent")]


def test_a_reminder_of_a_paused_level_waits_until_it_goes_on(office: Office) -> None:
    office.set_channel("email", keeps_quiet_hours=True)
    level = office.cross(EVENING)
    office.deliver(EVENING)
    paused = office.workflow.pause(level, january(6, 20))
    office.engine.tick(january(6, 20, 1))
    office.deliver(MORNING)
    (waiting,) = office.list_deliveries()
    assert (waiting["state"], waiting["reason"]) == ("queued", "the level is paused")
    assert waiting["send_at"] == january(7, 9, 15)
    office.deliver(january(7, 17, 50))
    assert office.list_deliveries()[0]["send_at"] == january(8, 9)
    office.workflow.resume(paused, january(7, 21))
    office.engine.tick(january(7, 21, 1))
    assert office.deliver(january(7, 21, 30)).sent == 0
    office.deliver(january(8, 9))
    assert office.list_told() == [("TAT_75", "Approver One", "sent")]
    assert office.list_reasons() == [None]
