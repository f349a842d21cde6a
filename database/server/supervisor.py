"""The process that keeps PostgreSQL running: `python -m database.server.supervisor HOME`.

It detaches, holds a lock for as long as it lives, keeps PostgreSQL as its direct child, starts
it again when it dies, and stops it on SIGTERM or SIGINT. It can't do anything about its own
death by SIGKILL: PostgreSQL then runs on alone, and the next supervisor adopts it.
"""

import argparse
import logging
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from database.server.account import Account, choose_account
from database.server.binaries import Binaries, find_binaries
from database.server.cluster import clean_environment, compose_command, configure, read_major
from database.server.errors import ServerError
from database.server.files import ServerFiles, choose_port, read_text, take_lock
from database.server.postmaster import find_postmaster, remove_misleading_pid

logger = logging.getLogger("database.server.supervisor")

ALREADY_RUNNING = 3
LONGEST_PROBE_SECONDS = 2.0
# How often a postmaster that is not our child is looked at; the death of a child wakes us.
POLL_SECONDS = 0.5
# How often a server that has just been started is asked whether it is ready.
START_POLL_SECONDS = 0.05
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.1, 5.0
# A run this long counts as healthy and clears the failures before it.
HEALTHY_SECONDS = 30.0
# In a row: at the very start somebody waits for the error; later it may pass by itself.
MOST_FIRST_FAILURES, MOST_LATER_FAILURES = 6, 12
FAST_STOP_SECONDS, IMMEDIATE_STOP_SECONDS = 40.0, 10.0


class Supervisor:
    """Keeps one PostgreSQL alive until it is told to stop."""

    def __init__(self, files: ServerFiles, binaries: Binaries, account: Account, durable: bool):
        self.files = files
        self.binaries = binaries
        self.account = account
        self.durable = durable
        self.port = 0
        self.child: subprocess.Popen[bytes] | None = None
        self.adopted: int | None = None
        self.stopping = False
        self.failures = 0
        self.has_served = False
        self.started_at = 0.0
        self.wake_reader, self.wake_writer = os.pipe()

    def run(self) -> int:
        """Run until stopped (0) or until PostgreSQL can't be kept alive (1)."""
        self.install_handlers()
        self.begin()
        while not self.stopping:
            self.sleep(POLL_SECONDS if self.has_served else START_POLL_SECONDS)
            if self.stopping:
                break
            if self.is_alive():
                self.has_served = self.has_served or self.is_ready()
            elif not self.recover():
                return 1
        self.stop_postgres()
        return 0

    def install_handlers(self) -> None:
        """Take the signals that an inheriting shell may have blocked or ignored."""
        os.set_blocking(self.wake_reader, False)
        os.set_blocking(self.wake_writer, False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.request_stop)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        signal.set_wakeup_fd(self.wake_writer, warn_on_full_buffer=False)

    def request_stop(self, number: int, frame: object) -> None:
        """Note the wish; the loop, woken by the same signal, fulfils it."""
        self.stopping = True

    def sleep(self, seconds: float) -> None:
        """Wait for a signal, at most `seconds`."""
        if select.select([self.wake_reader], [], [], seconds)[0]:
            os.read(self.wake_reader, 512)

    def begin(self) -> None:
        """Adopt a PostgreSQL that outlived its supervisor, or start one."""
        running = find_postmaster(self.files)
        if running is not None:
            self.adopted, self.port = running.pid, running.port
            self.started_at = time.monotonic()
            self.has_served = running.is_ready
            logger.info("PostgreSQL runs already, process %d: watching it.", running.pid)
            return
        self.choose_port()
        self.start_postgres()

    def choose_port(self) -> None:
        """Settle the port for as long as this supervisor lives: clients hold on to it."""
        kept = read_text(self.files.port)
        self.port = choose_port(self.files)
        if kept not in (None, str(self.port)):
            logger.warning("Port %s is taken by another program; using %d.", kept, self.port)

    def start_postgres(self) -> None:
        """Start PostgreSQL as a direct child."""
        remove_misleading_pid(self.files)
        configure(self.files, self.binaries, self.account, durable=self.durable)
        command = compose_command(self.files, self.binaries, self.account, self.port)
        self.started_at = time.monotonic()
        self.adopted = None
        self.child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, env=clean_environment(), cwd=self.files.root
        )
        logger.info("PostgreSQL %s starts on port %d.", self.binaries.version, self.port)

    def is_alive(self) -> bool:
        """Whether our child, or the server that was adopted, still runs."""
        if self.child is not None:
            return self.child.poll() is None
        running = find_postmaster(self.files)
        return running is not None and running.pid == self.adopted

    def is_ready(self) -> bool:
        """Whether the server takes connections."""
        running = find_postmaster(self.files)
        return running is not None and running.is_ready

    def recover(self) -> bool:
        """Start PostgreSQL again after a growing delay; False when that is hopeless."""
        lived = time.monotonic() - self.started_at
        self.failures = 0 if lived >= HEALTHY_SECONDS else self.failures + 1
        status = self.child.returncode if self.child else "unknown"
        logger.warning("PostgreSQL ended after %.1f s (exit status %s).", lived, status)
        if self.failures >= (MOST_LATER_FAILURES if self.has_served else MOST_FIRST_FAILURES):
            logger.error(
                "PostgreSQL ended %d times in a row right after its start: giving up. "
                "The reason stands above; the next `tat` command tries again.",
                self.failures,
            )
            return False
        self.delay(self.failures)
        if not self.stopping:
            self.start_postgres()
        return True

    def delay(self, failures: int) -> None:
        """Wait before the next start: nothing the first time, then longer each time."""
        seconds = min(FIRST_DELAY_SECONDS * 2 ** (failures - 2), LONGEST_DELAY_SECONDS)
        until = time.monotonic() + (seconds if failures > 1 else 0)
        while not self.stopping and (left := until - time.monotonic()) > 0:
            self.sleep(left)

    def stop_postgres(self) -> None:
        """Fast shutdown; immediate shutdown when that takes too long."""
        for number, patience in (
            (signal.SIGINT, FAST_STOP_SECONDS),
            (signal.SIGQUIT, IMMEDIATE_STOP_SECONDS),
            (signal.SIGKILL, IMMEDIATE_STOP_SECONDS),
        ):
            self.send(number)
            until = time.monotonic() + patience
            while self.is_alive() and time.monotonic() < until:
                self.sleep(0.1)
            if not self.is_alive():
                logger.info("PostgreSQL stopped.")
                return
        logger.error("PostgreSQL does not stop.")

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the server if it lives."""
        pid = self.child.pid if self.child else self.adopted
        if pid is not None and self.is_alive():
            os.kill(pid, number)


def main(arguments: list[str] | None = None) -> int:
    """Take the lock, detach and supervise. Exit status 3: another supervisor holds the lock."""
    parser = argparse.ArgumentParser(prog="database.server.supervisor")
    parser.add_argument("home", type=Path)
    parser.add_argument("--not-durable", action="store_true")
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(asctime)s supervisor: %(message)s", level=logging.INFO)
    files = ServerFiles(options.home / "postgres")
    try:
        binaries = find_binaries(read_major(files))
        account = choose_account(binaries.program("postgres"))
    except ServerError as error:
        logger.error("%s", error)
        return 1
    lock = wait_for_lock(files.supervisor_lock)
    if lock is None:
        return ALREADY_RUNNING
    child = os.fork()
    # Both sides write it: whoever waited for us must find it, and we may be killed in between.
    record_process(lock, child or os.getpid())
    if child:
        # The lock lives on in the child, which shares it.
        os._exit(0)
    return Supervisor(files, binaries, account, durable=not options.not_durable).run()


def wait_for_lock(path: Path) -> int | None:
    """Take the lock; retry for a moment, since others probe it for an instant."""
    until = time.monotonic() + LONGEST_PROBE_SECONDS
    while True:
        lock = take_lock(path)
        if lock is not None or time.monotonic() > until:
            return lock
        time.sleep(0.02)


def record_process(lock: int, pid: int) -> None:
    """Write the supervisor's process id into the lock file, in one piece of fixed length."""
    os.pwrite(lock, f"{pid:<12d}\n".encode(), 0)


if __name__ == "__main__":
    sys.exit(main())
