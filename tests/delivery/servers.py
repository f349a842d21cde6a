"""A real mail server and a real HTTP receiver on this machine, which fail as told."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

HOST = "127.0.0.1"
OK = "250 OK"
SECRET = "s3cret/@"


@dataclass
class MailServer:
    """What arrived, and how the next mails are answered: `answer` gets the number of the mail."""

    answer: Callable[[int], str] = lambda number: OK
    seconds: float = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refused_recipients: set[str] = field(default_factory=set)
    tried: int = 0
    port: int = 0

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take a recipient, or say that there is no such mailbox."""
        if address in self.refused_recipients:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a mail that is answered with 250."""
        number, self.tried = self.tried, self.tried + 1
        time.sleep(self.seconds)
        answer = self.answer(number)
        if answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=default))
            self.recipients.append(list(envelope.rcpt_tos))
        return answer

    @property
    def url(self) -> str:
        """Its address as a channel has it."""
        return f"smtp://{HOST}:{self.port}?from=tat@example.com"

    def list_ids(self) -> list[str]:
        """The Message-IDs of what arrived."""
        return [str(mail["Message-ID"]) for mail in self.mails]


def check_login(user: bytes, password: bytes) -> bool:
    """Who may send."""
    return (user, password) == (b"tat", SECRET.encode())


@contextmanager
def run_mail_server(
    server: MailServer, *, needs_login: bool = False, tls: Mapping[str, Any] | None = None
) -> Iterator[MailServer]:
    """Let it listen on a free port; `tls` has an ssl_context for smtps, or a tls_context."""

    def authenticate(_: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and check_login(data.login, data.password)
        return AuthResult(success=is_right, handled=False)

    controller = Controller(
        server,
        hostname=HOST,
        port=0,
        **(tls or {}),
        auth_required=needs_login,
        auth_require_tls=False,
        authenticator=authenticate,
    )
    controller.port = find_free_port()
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def find_free_port() -> int:
    """A port that nobody uses now."""
    import socket

    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Receiver:
    """A system that is called: what it got, and how it answers by the number of the call."""

    answer: Callable[[int], int] = lambda number: 204
    headers: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Its address as a channel has it."""
        return f"http://{HOST}:{self.port}/hook?secret=${{HOOK_SECRET}}"


@contextmanager
def run_receiver(receiver: Receiver) -> Iterator[Receiver]:
    """Let it listen on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.answer(len(receiver.calls))
            receiver.calls.append((self.path, dict(self.headers), body))
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        receiver.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
