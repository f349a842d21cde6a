"""A process that forks ticking children and kills each with -9 after a random while.

Run with the connection string in TICK_CONNINFO and three arguments: the instant to tick as of, how
many children to kill, and the seed of the delays. Prints how many died of it. A child lives for up
to a few times as long as a first tick takes, so that a busy machine kills in all places too.
"""

import os
import random
import signal
import sys
import time
from datetime import datetime

import psycopg

from orchestration.engine.tick import run_tick

LONGEST_IN_TICKS = 6
SHORTEST_LONGEST_SECONDS = 0.15


def time_first_tick(as_of: datetime) -> float:
    """How many seconds the first tick of a new connection takes on this machine now."""
    with psycopg.connect(os.environ["TICK_CONNINFO"], autocommit=True) as connection:
        began = time.perf_counter()
        run_tick(connection, as_of, origin="sensor", levels_per_tick=1, changes_per_tick=2)
        return time.perf_counter() - began


def tick_for_ever(as_of: datetime, ready: int) -> None:
    """Tick in tiny batches, so that there is always something to be killed in."""
    with psycopg.connect(os.environ["TICK_CONNINFO"], autocommit=True) as connection:
        os.write(ready, b"!")
        while True:
            run_tick(connection, as_of, origin="sensor", levels_per_tick=1, changes_per_tick=2)


def kill_one(as_of: datetime, seconds: float) -> bool:
    """Fork a ticking child and kill it; return whether it died of that."""
    is_ready, ready = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            tick_for_ever(as_of, ready)
        finally:
            os._exit(1)
    os.close(ready)
    os.read(is_ready, 1)
    os.close(is_ready)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def main() -> None:
    """Kill as many as asked for and say how many died of it."""
    as_of, count = datetime.fromisoformat(sys.argv[1]), int(sys.argv[2])
    delays = random.Random(int(sys.argv[3]))
    longest = max(LONGEST_IN_TICKS * time_first_tick(as_of), SHORTEST_LONGEST_SECONDS)
    killed = sum(kill_one(as_of, delays.uniform(0, longest)) for _ in range(count))
    print(killed)  # noqa: T201


if __name__ == "__main__":
    main()
