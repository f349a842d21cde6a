"""Channels against real servers: what arrives, and what an answer leads to."""

import json
import ssl
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
import trustme

from orchestration.delivery.messages import Attachment, Message, Notice
from orchestration.delivery.messages import Receiver as Reader
from orchestration.delivery.preview import send_now, send_test
from orchestration.delivery.urls import fill_in
from orchestration.engine.calendars.editing import RuleError
from tests.delivery.office import HALF, LATE, Office, read_text
from tests.delivery.servers import SECRET, MailServer, Receiver, run_mail_server


@pytest.fixture
def mail_server(office: Office) -> Iterator[MailServer]:
    """A mail server that the channel `email` sends to."""
    with run_mail_server(MailServer()) as server:
        office.set_channel("email", kind="smtp", url=server.url)
        office.set_channel("email", keeps_quiet_hours=False, operators="ops@example.com")
        yield server


REPORT = Message(
    UUID("00000000-0000-0000-0000-0000000000f0"),
    Reader("boss@example.com", "boss@example.com", "Asia/Kolkata"),
    notices=[Notice("TAT breaches", "Levels breached: 3 – <b>")],
    files=[Attachment("tat-breaches.html", "text/html", "<h1>–</h1>".encode())],
)


def test_a_report_arrives_with_its_file(office: Office, mail_server: MailServer) -> None:
    send_now(office.workflow.connection, "email", REPORT, office.settings)
    (mail,) = mail_server.mails
    (attached,) = mail.iter_attachments()
    assert (mail["Subject"], attached.get_filename()) == ("TAT breaches", "tat-breaches.html")
    assert attached.get_content() == "<h1>–</h1>"
    assert "Levels breached: 3 – <b>" in read_text(mail)
    html = mail.get_body(("html",))
    assert html is not None
    assert "Levels breached: 3 – &lt;b&gt;" in html.get_content()


def test_a_channel_that_takes_no_files_says_so(office: Office, receiver: Receiver) -> None:
    with pytest.raises(RuleError, match="sends no files: its kind is webhook"):
        send_now(office.workflow.connection, "hook", REPORT, office.settings)
    assert receiver.calls == []


def test_a_mail_has_text_and_html_and_a_header_that_stays_a_header(
    office: Office, mail_server: MailServer
) -> None:
    request = office.workflow.add_request(
        request_number="R-1\r\nBcc: thief@example.com",
        title='Laptop\r\nBcc: thief@example.com\r\n\r\n<img src=x onerror="alert(1)"> \u202eevil',
    )
    office.cross(HALF, request_id=request)
    office.deliver(HALF)
    (mail,) = mail_server.mails
    assert mail_server.recipients == [["someone@example.com"]]
    assert (mail["Bcc"], mail["To"]) == (None, "Approver One <someone@example.com>")
    assert str(mail["Subject"]).strip().startswith("R-1 Bcc: thief@example.com: 7 h 59 min left")
    assert "\u202e" not in read_text(mail)
    html = read_html(mail)
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


def read_html(mail: EmailMessage) -> str:
    """The HTML of a mail."""
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_an_answer_for_now_is_tried_again_as_the_same_message(
    office: Office, mail_server: MailServer
) -> None:
    mail_server.answer = lambda number: "250 OK" if number else "451 try later"
    office.cross(HALF)
    assert office.deliver(HALF).failed == 1
    (failed,) = office.list_deliveries()
    assert (failed["state"], failed["reason"]) == (
        "failed",
        "the mail server answered 451 try later",
    )
    wait = failed["next_attempt_at"] - HALF
    assert timedelta(seconds=7.5) <= wait <= timedelta(seconds=15)
    assert office.deliver(HALF).sent == 0
    assert office.deliver(HALF + wait).sent == 1
    assert mail_server.list_ids() == [f"<{failed['message_id']}@example.com>"]


def test_a_mailbox_that_is_not_there_ends_it_and_operators_are_told(
    office: Office, mail_server: MailServer
) -> None:
    mail_server.refused_recipients = {"someone@example.com"}
    office.cross(HALF)
    assert office.deliver(HALF).dead == 1
    assert office.list_told() == [("TAT_50", "Approver One", "dead")]
    office.deliver(HALF)
    (notice,) = mail_server.mails
    assert notice["To"] == "operators <ops@example.com>"
    assert "no such mailbox" in read_text(notice)


def test_a_message_is_given_up_after_so_many_attempts(
    office: Office, mail_server: MailServer
) -> None:
    mail_server.answer = lambda number: "451 try later"
    office.set_channel("email", attempts=3)
    office.cross(HALF)
    at = HALF
    states = []
    for _ in range(3):
        office.deliver(at)
        (row,) = office.workflow.fetch_all(
            "select * from tat.delivery where channel_name = 'email' and alert_id is not null"
        )
        states.append((row["state"], row["attempts"]))
        at = row["next_attempt_at"]
    assert states == [("failed", 1), ("failed", 2), ("dead", 3)]


@pytest.mark.parametrize("answer", ["421 too many mails", "454 busy"])
def test_a_server_that_closes_is_left_alone_and_no_message_dies(
    office: Office, mail_server: MailServer, answer: str
) -> None:
    office.set_channel("email", attempts=2)
    mail_server.answer = lambda number: answer
    for number in range(5):
        office.workflow.add_level(
            request_id=office.workflow.add_request(request_number=f"R-{number}")
        )
    office.engine.tick(HALF)
    report = office.deliver(HALF)
    assert report.dead == 0
    assert {told[2] for told in office.list_told()} <= {"queued", "failed"}
    mail_server.answer = lambda number: "250 OK"
    office.deliver(LATE - timedelta(hours=10))
    assert len(set(mail_server.list_ids())) == len(mail_server.mails) == 5


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_login_takes_its_password_from_the_environment(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", SECRET)
    with run_mail_server(MailServer(), needs_login=True) as server:
        url = server.url.replace("smtp://", "smtp://tat:${MAIL_PASSWORD}@")
        office.set_channel("email", kind="smtp", url=url)
        send_test(office.workflow.connection, "email", "ops@example.com", office.settings)
        monkeypatch.setenv("MAIL_PASSWORD", "wrong-password")
        with pytest.raises(RuleError, match="535") as failed:
            send_test(office.workflow.connection, "email", "ops@example.com", office.settings)
    assert "wrong-password" not in str(failed.value)
    assert len(server.mails) == 1


@pytest.mark.parametrize(("scheme", "tls"), [("smtps", "ssl_context"), ("smtp", "tls_context")])
def test_a_mail_server_has_to_prove_who_it_is(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scheme: str, tls: str
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with run_mail_server(MailServer(), tls={tls: context}) as server:
        url = server.url.replace("smtp:", f"{scheme}:")
        office.set_channel("email", kind="smtp", url=url)
        with pytest.raises(RuleError, match="CERTIFICATE_VERIFY_FAILED"):
            send_test(office.workflow.connection, "email", "ops@example.com", office.settings)
        assert server.mails == []
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        send_test(office.workflow.connection, "email", "ops@example.com", office.settings)
        assert len(server.mails) == 1


def test_a_secret_never_stands_in_a_row(office: Office) -> None:
    for kind, url in (
        ("smtp", "smtp://tat:hunter2@host?from=tat@example.com"),
        ("webhook", "https://example.com/?secret=hunter2"),
        ("apprise", "slack://hunter2/hunter2/hunter2"),
    ):
        with pytest.raises(RuleError, match=r"write \$\{"):
            office.set_channel("other", kind=kind, url=url)


def test_apprise_reaches_a_receiver(
    office: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT", f"json://127.0.0.1:{receiver.port}/room")
    office.set_channel("chat", kind="apprise", url="${CHAT}", summary_above=100)
    office.set_channel("chat", keeps_quiet_hours=False)
    office.use_channels("chat")
    office.cross(HALF)
    assert office.deliver(HALF).sent == 1
    ((path, _, body),) = receiver.calls
    assert path == "/room"
    assert json.loads(body)["title"].startswith("REQ-1: 7 h 59 min left")


def test_a_secret_is_encoded_in_an_address_and_left_out_of_errors() -> None:
    url = fill_in("smtp://u:${PW}@host", {"PW": "a/b@c"})
    assert url.value == "smtp://u:a%2Fb%40c@host"
    assert url.redact("u:a%2Fb%40c and a/b@c") == "u:*** and ***"
    assert "a/b@c" not in repr(url)
    assert fill_in("${WHOLE}", {"WHOLE": "json://host/a b"}).value == "json://host/a b"


def test_a_slow_channel_holds_up_no_other(office: Office, receiver: Receiver) -> None:
    with run_mail_server(MailServer(seconds=0.2)) as server:
        office.set_channel("email", kind="smtp", url=server.url)
        office.set_channel("email", keeps_quiet_hours=False, summary_above=100)
        office.set_channel("hook", summary_above=100)
        office.use_channels("email", "hook")
        for number in range(10):
            office.workflow.add_level(
                request_id=office.workflow.add_request(request_number=f"R-{number}")
            )
        office.engine.tick(HALF)
        office.deliver()
        finished = office.workflow.fetch_all(
            "select channel_name, max(finished_at) as at from tat.delivery"
            " where state = 'sent' group by channel_name order by at"
        )
    assert [row["channel_name"] for row in finished] == ["hook", "email"]
