"""The folder of one run of the tests: its servers and files, all gone when the run has ended."""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from database.server import EmbeddedServer

PREFIX = "turnaround-tests-"
# Copying a database there takes a sixth of the time that it takes on a disk.
MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 4 << 30


@dataclass(frozen=True)
class RunFolder:
    """A folder that lives as long as this process: the lock says whether it still does."""

    path: Path
    lock: int

    def remove(self) -> None:
        """Stop whatever runs in the folder and remove it."""
        remove_folder(self.path)
        os.close(self.lock)


def make_run_folder() -> RunFolder:
    """A new folder, in memory where there is room; what killed runs left there is removed."""
    root = choose_root()
    remove_abandoned(root)
    new = Path(tempfile.mkdtemp(prefix="new-", dir=root))
    lock = take_lock(new / "lock")
    assert lock is not None
    return RunFolder(new.rename(root / f"{PREFIX}{new.name}"), lock)


def take_lock(path: Path) -> int | None:
    """Take the lock on `path` without waiting; return its descriptor, or None if it is held."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def choose_root() -> Path:
    """Memory that is mounted as a folder, if there is enough of it."""
    is_usable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK)
    if is_usable and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES:
        return MEMORY
    return Path(tempfile.gettempdir())


def remove_abandoned(root: Path) -> None:
    """Remove the folders of runs that were killed before they could do so."""
    for folder in root.glob(f"{PREFIX}*"):
        with suppress(PermissionError):
            lock = take_lock(folder / "lock")
            if lock is not None:
                remove_folder(folder)
                os.close(lock)


def remove_folder(folder: Path) -> None:
    """Stop the servers whose homes are in the folder, however deep, and remove it."""
    for started in list(folder.rglob("postgres/started")):
        EmbeddedServer(started.parents[1]).stop()
    shutil.rmtree(folder, ignore_errors=True)
