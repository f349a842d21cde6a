"""Mail by SMTP, over one connection as long as it lasts."""

import contextlib
import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from urllib.parse import parse_qs, unquote, urlsplit

from orchestration.delivery.errors import (
    ChannelUnavailableError,
    MessageFailedError,
    MessageRefusedError,
)
from orchestration.delivery.mail import build_mail
from orchestration.delivery.messages import Message
from orchestration.delivery.rendering import Content
from orchestration.delivery.urls import ChannelUrl

TIMEOUT_SECONDS = 20
PORTS = {"smtp": 25, "smtps": 465}
# The server is going down, or has had enough of this client.
CLOSING = 421
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class MailServer:
    """What `smtp://user:password@host:port?from=sender@example.com` says."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None
    sender: str

    @property
    def is_loopback(self) -> bool:
        """It is on this machine: a password may go there in the clear."""
        return self.host in LOOPBACK


def read_mail_server(url: str) -> MailServer:
    """Read the address of a mail server. Raises ChannelUnavailableError for one that is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ChannelUnavailableError("not an address of a mail server") from None
    sender = parse_qs(parts.query).get("from", [""])[0]
    if parts.scheme not in PORTS or not parts.hostname or "@" not in sender:
        raise ChannelUnavailableError(
            "expected smtp://user:password@host:port?from=sender@example.com"
        )
    return MailServer(
        parts.scheme,
        parts.hostname,
        port or PORTS[parts.scheme],
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        sender,
    )


class HungUpError(MessageFailedError):
    """The connection ended while a mail was handed over."""


class SmtpChannel:
    """Sends mails one after the other; connects when the first is sent, and again when cut off."""

    def __init__(self, url: ChannelUrl) -> None:
        self.server = read_mail_server(url.value)
        self.client: smtplib.SMTP | None = None

    def send(self, message: Message, content: Content) -> None:
        """Hand one mail to the server; again where it has had enough of a used connection."""
        mail = build_mail(message, content, self.server.sender)
        is_fresh = self.client is None
        try:
            self.hand_over(mail)
        except (HungUpError, ChannelUnavailableError):
            self.close()
            if is_fresh:
                raise
            self.hand_over(mail)

    def hand_over(self, mail: EmailMessage) -> None:
        """Send one mail over the connection; each answer as the error that it calls for."""
        client = self.connect()
        try:
            client.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            raise refuse(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPSenderRefused as error:
            raise ChannelUnavailableError(describe(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            raise refuse(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MessageRefusedError(str(error)) from error
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise HungUpError(f"the mail server hung up: {error}") from error

    def connect(self) -> smtplib.SMTP:
        """The connection, made anew where there is none."""
        if self.client is None:
            try:
                self.client = open_client(self.server)
            except smtplib.SMTPResponseException as error:
                raise ChannelUnavailableError(
                    describe(error.smtp_code, error.smtp_error)
                ) from error
            except (OSError, smtplib.SMTPException) as error:
                raise ChannelUnavailableError(f"{type(error).__name__}: {error}") from error
        return self.client

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        client, self.client = self.client, None
        if client is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                client.quit()
            client.close()


def open_client(server: MailServer) -> smtplib.SMTP:
    """Connect and log in; the connection is encrypted wherever the server can."""
    # Without a context of ours smtplib would take any certificate.
    trusted = ssl.create_default_context()
    kind = partial(smtplib.SMTP_SSL, context=trusted) if server.scheme == "smtps" else smtplib.SMTP
    client: smtplib.SMTP = kind(
        server.host, server.port, socket.gethostname(), timeout=TIMEOUT_SECONDS
    )
    try:
        if server.scheme == "smtp":
            encrypt(client, server, trusted)
        if server.user:
            client.login(server.user, server.password or "")
    except BaseException:
        client.close()
        raise
    return client


def encrypt(client: smtplib.SMTP, server: MailServer, trusted: ssl.SSLContext) -> None:
    """Begin TLS if the server can; refuse to send a password to one that can't."""
    client.ehlo()
    if client.has_extn("starttls"):
        client.starttls(context=trusted)
    elif server.password and not server.is_loopback:
        raise smtplib.SMTPNotSupportedError(
            "the server offers no encryption, so the password is not sent to it"
        )


def refuse(code: int, words: bytes | str) -> Exception:
    """An answer of the server as the error that it calls for: 5xx is final, 4xx is not."""
    if code == CLOSING:
        return ChannelUnavailableError(describe(code, words))
    if 500 <= code < 600:
        return MessageRefusedError(describe(code, words))
    return MessageFailedError(describe(code, words))


def describe(code: int, words: bytes | str) -> str:
    """What a mail server answered."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"the mail server answered {code} {text}"
