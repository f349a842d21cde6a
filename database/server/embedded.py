"""The embedded server as the rest of the product sees it: make it run, stop it, reach it."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from database.server.account import choose_account
from database.server.binaries import Binaries, find_binaries
from database.server.cluster import (
    SUPERUSER,
    create_cluster,
    read_major,
    read_superuser_password,
)
from database.server.errors import ServerError
from database.server.files import LOOPBACK, ServerFiles, hold_lock, is_locked, read_text
from database.server.postmaster import Postmaster, find_postmaster, runs_with

logger = logging.getLogger(__name__)

SUPERVISOR = "database.server.supervisor"
# Crash recovery of a large database may take minutes; a start without one takes well under 1 s.
START_SECONDS = 300.0
STOP_SECONDS = 70.0
POLL_SECONDS = 0.02
LARGEST_LOG = 10 * 1024 * 1024


@dataclass(frozen=True)
class ServerAddress:
    """Where the server listens, and its superuser (for set-up only)."""

    host: str
    port: int
    superuser: str
    password: str = field(repr=False)


class EmbeddedServer:
    """The PostgreSQL whose data, log and passwords are in `<home>/postgres`.

    Whichever command needs it starts it; it then runs until `stop()`. `durable=False` trades
    safety against a crash of the machine for speed: for tests. `report` is given one line for
    people when something takes a while or changes; the default logs it.
    """

    def __init__(
        self, home: Path, *, durable: bool = True, report: Callable[[str], None] = logger.info
    ) -> None:
        self.home = home.resolve()
        self.files = ServerFiles(self.home / "postgres")
        self.durable = durable
        self.report = report

    @cached_property
    def binaries(self) -> Binaries:
        """The programs in use; raises ServerError when there are none that fit the data."""
        return find_binaries(read_major(self.files))

    @property
    def version(self) -> str:
        """PostgreSQL's version, such as "18.6"."""
        return self.binaries.version

    def ensure_running(self) -> ServerAddress:
        """Set the server up if it is new, start it if it is down, and wait until it answers.

        Safe to call from several processes at once. Raises ServerError.
        """
        try:
            running = self.find_ready()
            if running is None or not is_locked(self.files.supervisor_lock):
                self.files.root.mkdir(mode=0o700, parents=True, exist_ok=True)
                with hold_lock(self.files.start_lock):
                    running = self.start()
            return self.address_of(running)
        except PermissionError as error:
            raise ServerError(
                f"{error.filename} belongs to another user. Run as that user, or set TAT_HOME "
                "to a directory of your own."
            ) from error

    def address_of(self, running: Postmaster) -> ServerAddress:
        """The address of the server that runs, which is the truth about its port."""
        password = read_superuser_password(self.files)
        return ServerAddress(LOOPBACK, running.port, SUPERUSER, password)

    def is_running(self) -> bool:
        """Whether the server takes connections."""
        return self.find_ready() is not None

    def find_ready(self) -> Postmaster | None:
        """The running server if it takes connections."""
        running = find_postmaster(self.files)
        return running if running is not None and running.is_ready else None

    def start(self) -> Postmaster:
        """Create what is missing, start a supervisor unless one lives, and wait; lock held."""
        if not is_locked(self.files.supervisor_lock):
            if read_major(self.files) is None:
                self.report(f"Creating a PostgreSQL {self.version} database in {self.home}.")
            account = choose_account(self.binaries.program("postgres"))
            account.give(self.files.root)
            create_cluster(self.files, self.binaries, account, durable=self.durable)
            self.start_supervisor()
        return self.wait_until_ready()

    def start_supervisor(self) -> None:
        """Start the detached supervisor, and say so if the port had to change."""
        self.rotate_log()
        kept = read_text(self.files.port)
        command = [sys.executable, "-m", SUPERVISOR, str(self.home)]
        if not self.durable:
            command.append("--not-durable")
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        with self.files.log.open("ab") as log:
            answer = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=environment,
            )
        if answer.returncode != 0:
            raise self.explain_failure("The supervisor of PostgreSQL did not start")
        self.warn_about_port(kept)

    def warn_about_port(self, kept: str | None) -> None:
        """Report a port that had to change, once the server is up."""
        running = self.wait_until_ready()
        if kept is not None and kept != str(running.port):
            self.report(
                f"Port {kept} is taken by another program; PostgreSQL now listens on "
                f"{running.port}. Connection strings handed out before need the new port."
            )

    def wait_until_ready(self) -> Postmaster:
        """Wait while the supervisor lives; raises ServerError when it gave up or time is over."""
        until = time.monotonic() + START_SECONDS
        while (running := self.find_ready()) is None:
            if not is_locked(self.files.supervisor_lock):
                raise self.explain_failure("PostgreSQL did not start")
            if time.monotonic() > until:
                raise self.explain_failure(f"PostgreSQL was not ready in {START_SECONDS:.0f} s")
            time.sleep(POLL_SECONDS)
        return running

    def wait_while_restarting(self) -> None:
        """Wait if a supervisor is about to bring the server back; never start one."""
        with contextlib.suppress(ServerError):
            if is_locked(self.files.supervisor_lock):
                self.wait_until_ready()

    def stop(self) -> None:
        """Stop supervisor and server, whichever of them runs; nothing to do is no error."""
        if not self.files.root.exists():
            return
        with hold_lock(self.files.start_lock):
            self.stop_supervisor()
            self.stop_orphan()

    def stop_supervisor(self) -> None:
        """Ask the supervisor to stop PostgreSQL and itself, and wait until both have ended."""
        until = time.monotonic() + STOP_SECONDS
        asked = None
        while is_locked(self.files.supervisor_lock):
            pid = int(read_text(self.files.supervisor_lock) or 0)
            if pid and pid != asked and runs_with(pid, SUPERVISOR):
                os.kill(pid, signal.SIGTERM)
                asked = pid
            if time.monotonic() > until:
                raise self.explain_failure(f"The supervisor (process {pid}) does not stop")
            time.sleep(POLL_SECONDS)

    def stop_orphan(self) -> None:
        """Stop a PostgreSQL that runs without a supervisor: fast, then immediate shutdown."""
        for number in (signal.SIGINT, signal.SIGQUIT):
            until = time.monotonic() + STOP_SECONDS / 2
            running = find_postmaster(self.files)
            if running is not None:
                os.kill(running.pid, number)
            while find_postmaster(self.files) is not None and time.monotonic() < until:
                time.sleep(POLL_SECONDS)
        running = find_postmaster(self.files)
        if running is not None:
            raise self.explain_failure(f"PostgreSQL (process {running.pid}) does not stop")

    def rotate_log(self) -> None:
        """Keep the log small: one old file beside the current one."""
        if self.files.log.exists() and self.files.log.stat().st_size > LARGEST_LOG:
            self.files.log.replace(self.files.log.with_name("server.log.1"))

    def explain_failure(self, what: str) -> ServerError:
        """An error with the last lines of the log."""
        lines = self.files.log.read_text(errors="replace").splitlines()[-8:]
        tail = "\n".join(f"  {line}" for line in lines)
        return ServerError(f"{what}. The last lines of {self.files.log}:\n{tail}")
