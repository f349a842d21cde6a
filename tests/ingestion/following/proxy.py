"""A network between the follower and the source, which may be cut or may swallow everything."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

BLOCK = 4096


@dataclass
class Proxy:
    """Passes bytes on in both directions, those of the server as long as `budget` lasts.

    Then it cuts the connection or, where it is `deaf`, keeps it and passes nothing on.
    """

    port: int
    target: tuple[str, int]
    budget: float = float("inf")
    deaf: bool = False
    connections: int = 0
    sockets: list[socket.socket] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        """Accept until the listener is closed."""
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                far = socket.create_connection(self.target)
            except OSError:
                near.close()
                continue
            self.sockets += [near, far]
            for source, sink, is_answer in ((near, far, False), (far, near, True)):
                threading.Thread(
                    target=self.pass_on, args=(source, sink, is_answer), daemon=True
                ).start()

    def pass_on(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        """Pass on what comes, until there is no more or the budget is used."""
        with contextlib.suppress(OSError):
            while block := source.recv(BLOCK):
                if is_answer:
                    self.budget -= len(block)
                if self.budget >= 0:
                    sink.sendall(block)
                elif not self.deaf:
                    break
            for end in (source, sink):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Cut every connection."""
        for end in self.sockets:
            end.close()


@contextmanager
def open_proxy(host: str, port: int) -> Iterator[Proxy]:
    """A proxy to a server, on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy(listener.getsockname()[1], (host, port))
        threading.Thread(target=proxy.serve, args=(listener,), daemon=True).start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            proxy.close()
