"""What telling people costs: reminders by mail to a server that takes everything."""

import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.population import Progress
from database.connect import Database, connect
from database.settings import Settings
from database.statements import fetch, load_statement
from orchestration.delivery.editing import set_channel
from orchestration.delivery.sending import deliver
from orchestration.engine.tick import read_database_time, run_ticks

HOST = "127.0.0.1"
PEOPLE = 500
LONGEST_SECONDS = 3600


@dataclass(frozen=True)
class DeliveryFigures:
    """Seconds for so many reminders, each a mail of its own; delays count from the tick."""

    reminders: int
    tick_seconds: float
    routing_seconds: float
    sending_seconds: float
    bare_seconds: float
    delay_p50_seconds: float
    delay_p99_seconds: float

    @property
    def sending_per_bare(self) -> float:
        """How many times longer it takes than handing the same number of mails to the server."""
        return self.sending_seconds / self.bare_seconds


@contextmanager
def run_sink() -> Iterator[int]:
    """A mail server in a process of its own; yields its port."""
    command = [sys.executable, "-m", "benchmarks.mail_sink"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as sink:
        assert sink.stdout is not None
        assert sink.stdin is not None
        try:
            yield int(sink.stdout.readline())
        finally:
            sink.stdin.close()


def measure_delivery(database: Database, reminders: int, progress: Progress) -> DeliveryFigures:
    """Measure a tick with so many crossings, and telling everybody of them."""
    with run_sink() as port, tempfile.TemporaryDirectory() as home:
        prepare(database, port, reminders)
        progress(f"a tick with {reminders:,} crossings")
        ticked = time_tick(database)
        settings = Settings(_env_file=None, home=Path(home))  # type: ignore[call-arg]
        progress(f"send {reminders:,} mails")
        began = time.perf_counter()
        with connect(database, "tat_engine", autocommit=True) as connection:
            now = read_database_time(connection)
            connection.execute("select tat.route_alerts(%s, %s)", (now, reminders))
        routed = time.perf_counter()
        report = deliver(database, settings, seconds=LONGEST_SECONDS)
        sent = time.perf_counter()
        if report.sent != reminders:
            raise RuntimeError(f"{report.sent:,} of {reminders:,} mails were sent")
        progress("send as many with nothing around it")
        bare = time_bare(port, reminders)
        delays = read_delays(database)
    return DeliveryFigures(
        reminders,
        ticked,
        routed - began,
        sent - routed,
        bare,
        float(delays["p50_seconds"]),
        float(delays["p99_seconds"]),
    )


def prepare(database: Database, port: int, reminders: int) -> None:
    """People, levels that have crossed, and a channel to the sink."""
    with connect(database, "tat_owner", autocommit=True) as owner:
        owner.execute(load_statement("benchmarks", "insert_people"), {"people": PEOPLE})
        parameters = {"levels": reminders, "people": PEOPLE}
        owner.execute(load_statement("benchmarks", "insert_due_levels"), parameters)
        changes = {"kind": "smtp", "url": f"smtp://{HOST}:{port}?from=tat@example.com"}
        set_channel(owner, "email", changes)
        owner.execute(
            "update tat.channel set keeps_quiet_hours = false, summary_above = null,"
            " messages_per_minute = 1000000000"
        )
        owner.execute("update tat.policy set notification_channels = '{email}'")


def time_tick(database: Database) -> float:
    """Seconds that ticks take to record all of it."""
    with connect(database, "tat_engine", autocommit=True) as engine:
        now = read_database_time(engine)
        began = time.perf_counter()
        run_ticks(engine, now, origin="command")
        return time.perf_counter() - began


def time_bare(port: int, mails: int) -> float:
    """Seconds to hand as many mails to the server over one connection."""
    text = "Subject: REQ-1\n\n" + ("x" * 79 + "\n") * 75
    began = time.perf_counter()
    with smtplib.SMTP(HOST, port) as client:
        for _ in range(mails):
            client.sendmail("tat@example.com", ["person@example.com"], text)
    return time.perf_counter() - began


def read_delays(database: Database) -> dict[str, float]:
    """Median and 99th percentile from tick to sent."""
    with connect(database, "tat_engine", autocommit=True) as connection:
        (delays,) = fetch(connection, load_statement("benchmarks", "read_delays"))
    return delays
