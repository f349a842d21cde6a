"""The embedded server as the rest of the product sees it: make it run, stop it, reach it."""

import logging
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from database.server.account import Account, choose_account
from database.server.binaries import Binaries, find_binaries
from database.server.cluster import (
    SUPERUSER,
    clean_environment,
    compose_options,
    configure,
    create_cluster,
    read_major,
    read_superuser_password,
)
from database.server.errors import ServerError
from database.server.files import LOOPBACK, ServerFiles, choose_port, hold_lock, read_text
from database.server.postmaster import (
    POLL_SECONDS,
    Postmaster,
    clear_remains,
    find_postmaster,
)

logger = logging.getLogger(__name__)

# Crash recovery of a large database may take minutes; a start without one takes well under 1 s.
START_SECONDS = 300
STOP_SECONDS = 40
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
            if running is None:
                self.files.root.mkdir(mode=0o700, parents=True, exist_ok=True)
                with hold_lock(self.files.start_lock):
                    running = self.start()
            return self.address_of(running)
        except PermissionError as error:
            raise ServerError(
                f"{error.filename} belongs to another user. Run as that user, or set TAT_HOME "
                "to a directory of your own."
            ) from error

    def restart_if_killed(self) -> None:
        """Start the server if it ended without being stopped, or wait while it starts.

        One that was stopped stays so. Raises ServerError.
        """
        if self.find_ready() is None and not self.is_stopped():
            with hold_lock(self.files.start_lock):
                if not self.is_stopped():
                    self.start()

    def is_stopped(self) -> bool:
        """Whether nothing has started the server since it was last stopped, if ever."""
        return not self.files.started.exists()

    def address_of(self, running: Postmaster) -> ServerAddress:
        """The address of the server that runs, which is the truth about its port."""
        password = read_superuser_password(self.files)
        return ServerAddress(LOOPBACK, running.port, SUPERUSER, password)

    def find_ready(self) -> Postmaster | None:
        """The running server if it takes connections."""
        running = find_postmaster(self.files)
        return running if running is not None and running.is_ready else None

    def start(self) -> Postmaster:
        """Start the server unless it runs, and wait until it is ready; lock held.

        It may be starting already, when a command was killed that had started it.
        """
        until = time.monotonic() + START_SECONDS
        while (running := self.find_ready()) is None:
            if time.monotonic() > until:
                raise self.explain_failure(f"PostgreSQL was not ready in {START_SECONDS} s")
            if find_postmaster(self.files) is None:
                self.launch()
            time.sleep(POLL_SECONDS)
        return running

    def launch(self) -> None:
        """Create what is missing and run `pg_ctl start`."""
        if read_major(self.files) is None:
            self.report(f"Creating a PostgreSQL {self.version} database in {self.home}.")
        account = choose_account(self.binaries.program("postgres"))
        account.give(self.files.root)
        create_cluster(self.files, self.binaries, account, durable=self.durable)
        clear_remains(self.files)
        configure(self.files, self.binaries, account, durable=self.durable)
        self.rotate_log()
        self.files.started.touch(mode=0o600)
        options = compose_options(self.settle_port())
        if not self.control(account, "start", START_SECONDS, f"--options={options}"):
            raise self.explain_failure("PostgreSQL did not start")

    def settle_port(self) -> int:
        """The port to listen on; says so when it had to change, as clients hold on to it."""
        kept = read_text(self.files.port)
        port = choose_port(self.files)
        if kept is not None and kept != str(port):
            self.report(
                f"Port {kept} is taken by another program; PostgreSQL now listens on {port}. "
                "Connection strings handed out before need the new port."
            )
        return port

    def control(self, account: Account, action: str, seconds: int, *options: str) -> bool:
        """Run pg_ctl to its end and tell whether it succeeded; what it says goes to the log.

        It passes the data directory through a shell: "data" holds nothing to quote, whatever
        the path to it holds.
        """
        pg_ctl = [*account.prefix, self.binaries.program("pg_ctl"), action, "--pgdata=data"]
        limits = ["--silent", "--wait", f"--timeout={seconds}"]
        with self.files.log.open("ab") as log:
            answer = subprocess.run(
                [*pg_ctl, *limits, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.files.root,
                env=clean_environment(),
                start_new_session=True,
            )
        return answer.returncode == 0

    def stop(self) -> None:
        """Stop the server and whatever is left of it; nothing to do is no error."""
        if not self.files.root.exists():
            return
        with hold_lock(self.files.start_lock):
            self.files.started.unlink(missing_ok=True)
            if find_postmaster(self.files) is not None:
                account = choose_account(self.binaries.program("postgres"))
                if not self.control(account, "stop", STOP_SECONDS, "--mode=fast"):
                    self.control(account, "stop", STOP_SECONDS, "--mode=immediate")
            clear_remains(self.files)

    def rotate_log(self) -> None:
        """Keep the log small: one old file beside the current one."""
        if self.files.log.exists() and self.files.log.stat().st_size > LARGEST_LOG:
            self.files.log.replace(self.files.log.with_name("server.log.1"))

    def explain_failure(self, what: str) -> ServerError:
        """An error with the last lines of the log."""
        lines = self.files.log.read_text(errors="replace").splitlines()[-8:]
        tail = "\n".join(f"  {line}" for line in lines)
        return ServerError(f"{what}. The last lines of {self.files.log}:\n{tail}")
