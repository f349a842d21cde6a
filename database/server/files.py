"""The files of the embedded server under its home: paths, secrets, locks and the port."""

import fcntl
import os
import random
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Below the ports that Linux (32768) and macOS (49152) lend to outgoing connections, which
# could otherwise hold ours after a restart.
FIRST_PORT, LAST_PORT = 15432, 25431
LOOPBACK = "127.0.0.1"
PORT_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True)
class ServerFiles:
    """Paths under `<home>/postgres`."""

    root: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """What PostgreSQL and pg_ctl say."""
        return self.root / "server.log"

    @property
    def port(self) -> Path:
        """The port that was chosen, kept over restarts."""
        return self.root / "port"

    @property
    def start_lock(self) -> Path:
        """Held by a command while it starts or stops the server."""
        return self.root / "start.lock"

    @property
    def started(self) -> Path:
        """There from the start of the server until it is stopped, whatever happens to it."""
        return self.root / "started"

    @property
    def postmaster_pid(self) -> Path:
        """PostgreSQL's own account of its process, port and readiness."""
        return self.data / "postmaster.pid"

    def secret(self, name: str) -> Path:
        """The file with the password of one login."""
        return self.root / f"{name}.password"


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Wait for the lock on `path` and hold it; the kernel frees it when the process dies."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_file(path: Path, text: str) -> None:
    """Replace `path` in one step, readable by its owner only."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_text(path: Path) -> str | None:
    """Return the stripped content, or None when the file is missing or empty."""
    try:
        return path.read_text().strip() or None
    except FileNotFoundError:
        return None


def make_secret() -> str:
    """Return a new password of 32 characters that needs no quoting anywhere."""
    return secrets.token_urlsafe(24)


def choose_port(files: ServerFiles) -> int:
    """Return the kept port if it is free, else a free one that is kept from now on."""
    kept = read_text(files.port)
    if kept is not None and kept.isdigit() and wait_for_port(int(kept)):
        return int(kept)
    candidates = random.sample(range(FIRST_PORT, LAST_PORT + 1), k=200)
    port = next((candidate for candidate in candidates if is_port_free(candidate)), 0)
    port = port or ask_for_port()
    write_file(files.port, str(port))
    return port


def wait_for_port(port: int) -> bool:
    """Whether the port is free now or within a moment: a server just killed still holds it."""
    until = time.monotonic() + PORT_PATIENCE_SECONDS
    while not is_port_free(port):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def is_port_free(port: int) -> bool:
    """Whether PostgreSQL could listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except (OSError, OverflowError):
            return False
    return True


def ask_for_port() -> int:
    """Let the system choose a free port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
