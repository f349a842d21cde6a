"""The processes of PostgreSQL that work on our data directory."""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from database.server.errors import ServerError
from database.server.files import ServerFiles

PID_LINE, PORT_LINE, STATUS_LINE = 0, 3, 7
KILL_SECONDS = 10.0
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Postmaster:
    """A living server process: its id, its port, and whether it takes connections."""

    pid: int
    port: int
    is_ready: bool


def find_postmaster(files: ServerFiles) -> Postmaster | None:
    """Return the server that runs on our data directory, as its postmaster.pid tells it, or None.

    A process id alone proves nothing: after a crash or a restart of a container it may belong
    to any other program.
    """
    lines = read_lines(files.postmaster_pid)
    if len(lines) <= PORT_LINE or not lines[PID_LINE].isdigit():
        return None
    pid = int(lines[PID_LINE])
    if not works_in(pid, files.data):
        return None
    status = lines[STATUS_LINE] if len(lines) > STATUS_LINE else ""
    return Postmaster(pid, int(lines[PORT_LINE] or 0), status.strip() == "ready")


def read_lines(path: Path) -> list[str]:
    """The lines of a file that may vanish at any time."""
    try:
        return path.read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def works_in(pid: int, data: Path) -> bool:
    """Whether the process lives (a zombie does not) and is PostgreSQL at work in `data`.

    Every process of a server has its data directory as working directory.
    """
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and process.cwd() == str(data)
    except psutil.Error:
        return False


def clear_remains(files: ServerFiles) -> None:
    """End what a killed server left behind, and remove its postmaster.pid.

    For when no server is meant to run. A backend that was busy when its server died works on,
    attached to the shared memory, and PostgreSQL refuses to start beside it. Nor does it start
    while the process id in the file belongs to another program. Raises ServerError when a
    process does not end.
    """
    until = time.monotonic() + KILL_SECONDS
    while remains := [pid for pid in psutil.pids() if works_in(pid, files.data)]:
        if time.monotonic() > until:
            raise ServerError(f"These processes of PostgreSQL do not end: {remains}.")
        for pid in remains:
            with contextlib.suppress(psutil.Error):
                psutil.Process(pid).kill()
        time.sleep(POLL_SECONDS)
    files.postmaster_pid.unlink(missing_ok=True)
