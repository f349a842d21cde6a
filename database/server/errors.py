"""What goes wrong with the embedded server, in words for the person who has to act."""


class ServerError(RuntimeError):
    """The embedded PostgreSQL can't be found, set up, started or stopped; the message says why."""
