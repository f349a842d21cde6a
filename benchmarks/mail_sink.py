"""`python -m benchmarks.mail_sink`: a mail server that takes everything; prints its port."""

import socket
import sys
from typing import Any

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"


class Sink:
    """Takes mails and forgets them."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Say yes."""
        return "250 OK"


def main() -> None:
    """Serve until standard input ends."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    controller = Controller(Sink(), hostname=HOST, port=port)
    controller.start()
    print(port, flush=True)
    sys.stdin.read()
    controller.stop()


if __name__ == "__main__":
    main()
