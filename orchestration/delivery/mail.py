"""A message as mail: plain text and HTML, under a Message-ID that stays the same."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from orchestration.delivery.errors import MessageRefusedError
from orchestration.delivery.messages import Message
from orchestration.delivery.rendering import Content, clean_line


def build_mail(message: Message, content: Content, sender: str) -> EmailMessage:
    """A multipart mail. Raises MessageRefusedError where the receiver has no usable address."""
    mail = EmailMessage()
    mail["From"] = read_address(sender, "Turnaround")
    mail["To"] = read_address(message.receiver.address, message.receiver.name)
    mail["Subject"] = content.subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{message.message_id}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(content.text)
    mail.add_alternative(content.html, subtype="html")
    for file in message.files:
        kind, _, subtype = file.media_type.partition("/")
        charset = {"charset": "utf-8"} if kind == "text" else {}
        mail.add_attachment(file.content, kind, subtype, filename=file.name, params=charset)
    return mail


def read_address(address: str | None, name: str) -> Address:
    """An address with a display name that can't leave its header."""
    if not address:
        raise MessageRefusedError("the receiver has no address")
    try:
        return Address(clean_line(name), addr_spec=address.strip())
    except (ValueError, IndexError) as error:
        raise MessageRefusedError("the receiver's address is none of mail") from error
