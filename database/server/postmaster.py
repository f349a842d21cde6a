"""The running PostgreSQL, as its own postmaster.pid tells it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from database.server.files import ServerFiles

PID_LINE, PORT_LINE, STATUS_LINE = 0, 3, 7


@dataclass(frozen=True)
class Postmaster:
    """A living server process: its id, its port, and whether it takes connections."""

    pid: int
    port: int
    is_ready: bool


def find_postmaster(files: ServerFiles) -> Postmaster | None:
    """Return the server that runs on our data directory, or None.

    A process id alone proves nothing: after a crash or a restart of a container it may belong
    to any other program, so the process must also carry our data directory in its command.
    """
    lines = read_lines(files.postmaster_pid)
    if len(lines) <= PORT_LINE or not lines[PID_LINE].isdigit():
        return None
    pid = int(lines[PID_LINE])
    if not runs_with(pid, str(files.data)):
        return None
    status = lines[STATUS_LINE] if len(lines) > STATUS_LINE else ""
    return Postmaster(pid, int(lines[PORT_LINE] or 0), status.strip() == "ready")


def read_lines(path: Path) -> list[str]:
    """The lines of a file that may vanish at any time."""
    try:
        return path.read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def runs_with(pid: int, argument: str) -> bool:
    """Whether the process lives (a zombie does not) and `argument` is in its command line."""
    if Path("/proc/self/cmdline").exists():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return argument.encode() in words
    answer = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True
    )
    return argument in answer.stdout


def remove_misleading_pid(files: ServerFiles) -> None:
    """Remove a postmaster.pid whose process id now belongs to another program.

    PostgreSQL itself would refuse to start: it only sees that the process exists. A file whose
    process is gone is left to PostgreSQL, which knows how to clean up after itself.
    """
    lines = read_lines(files.postmaster_pid)
    if not lines or not lines[PID_LINE].isdigit() or find_postmaster(files) is not None:
        return
    try:
        os.kill(int(lines[PID_LINE]), 0)
    except ProcessLookupError:
        return
    except PermissionError:
        pass
    files.postmaster_pid.unlink(missing_ok=True)
