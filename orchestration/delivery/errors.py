"""What may go wrong with a message, by what is done about it."""


class DeliveryError(Exception):
    """A message was not sent."""


class ChannelUnavailableError(DeliveryError):
    """The channel can't be reached or used: nothing is said about the message, which waits."""


class MessageRefusedError(DeliveryError):
    """This message will never be taken: it is dead."""


class MessageFailedError(DeliveryError):
    """This message was not taken now: it is tried again, after `retry_after` seconds if given."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
