"""Chat, SMS and a hundred other services through apprise."""

from urllib.parse import quote

from orchestration.delivery.errors import (
    ChannelUnavailableError,
    MessageFailedError,
)
from orchestration.delivery.messages import Message
from orchestration.delivery.rendering import Content
from orchestration.delivery.urls import ChannelUrl


class AppriseChannel:
    """Sends by an address of apprise; `{address}` in it stands for the receiver's."""

    def __init__(self, url: ChannelUrl) -> None:
        # apprise takes a third of a second to import, which only this needs.
        import apprise

        self.apprise = apprise
        self.url = url.value

    def send(self, message: Message, content: Content) -> None:
        """Send the subject as title and the plain text as body."""
        service = self.apprise.Apprise()
        if not service.add(self.fill_address(message.receiver.address)):
            raise ChannelUnavailableError("apprise does not know this address; `apprise --details`")
        if not service.notify(
            title=content.subject,
            body=content.text,
            body_format=self.apprise.NotifyFormat.TEXT,
        ):
            raise MessageFailedError("the service did not take it")

    def fill_address(self, address: str | None) -> str:
        """The address of the service for one receiver."""
        return self.url.replace("{address}", quote(address or "", safe="+"))

    def close(self) -> None:
        """Nothing is held open."""
