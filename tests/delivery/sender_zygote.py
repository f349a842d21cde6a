"""A process that forks sending children and kills each with -9 after a random while.

Run with a pickled (Database, Settings) on standard input and three arguments: the instant at which
the first sends, how many children to kill, and the seed of the delays. Each child sends a minute
later than the one before, so that what failed is tried again. Prints how many died of the kill.
"""

import os
import pickle
import random
import signal
import sys
import time
from datetime import datetime, timedelta

from database.connect import Database
from database.settings import Settings
from orchestration.delivery.sending import deliver

LONGEST_SECONDS = 1.2


def send_for_ever(database: Database, settings: Settings, as_of: datetime) -> None:
    """Send until killed."""
    while True:
        deliver(database, settings, seconds=60, as_of=as_of)
        as_of += timedelta(seconds=10)


def kill_one(database: Database, settings: Settings, as_of: datetime, seconds: float) -> bool:
    """Fork a sending child and kill it; return whether it died of that."""
    child = os.fork()
    if child == 0:
        try:
            send_for_ever(database, settings, as_of)
        finally:
            os._exit(1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def main() -> None:
    """Kill as many as asked for and say how many died of it."""
    database, settings = pickle.load(sys.stdin.buffer)
    as_of, count = datetime.fromisoformat(sys.argv[1]), int(sys.argv[2])
    delays = random.Random(int(sys.argv[3]))
    died = 0
    for number in range(count):
        at = as_of + timedelta(minutes=number)
        died += kill_one(database, settings, at, delays.uniform(0.05, LONGEST_SECONDS))
    sys.stdout.write(str(died))


if __name__ == "__main__":
    main()
