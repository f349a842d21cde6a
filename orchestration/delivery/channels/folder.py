"""Mail into a folder instead of to a server: to look at it before there is one."""

from pathlib import Path

from database.settings import Settings
from orchestration.delivery.errors import ChannelUnavailableError
from orchestration.delivery.mail import build_mail
from orchestration.delivery.messages import Message
from orchestration.delivery.rendering import Content

SENDER = "turnaround@localhost"


def find_mail_folder(settings: Settings) -> Path:
    """Where mail goes that no server takes."""
    return settings.home / "mail"


class FolderChannel:
    """Writes each message as `<message id>.eml`, which any mail program opens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: Message, content: Content) -> None:
        """Write the file, whole or not at all; a second attempt writes the same file."""
        mail = build_mail(message, content, SENDER)
        file = self.folder / f"{message.message_id}.eml"
        unfinished = file.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(mail.as_bytes())
            unfinished.replace(file)
        except OSError as error:
            raise ChannelUnavailableError(f"{self.folder}: {error.strerror}") from error

    def close(self) -> None:
        """Nothing is held open."""
