"""A tick in a process of its own that stops in the middle, for a test to kill.

Run with the connection string in TICK_CONNINFO and two arguments: the instant, and the step of
the tick after which it says "hanging" and waits for ever.
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg

from orchestration.engine import tick


def hang_after(step: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a step of the tick: do it, say so, and never return."""

    def run_and_hang(*arguments: Any) -> None:
        step(*arguments)
        print("hanging", flush=True)  # noqa: T201
        sys.stdin.read()

    return run_and_hang


def main() -> None:
    """Run one tick that hangs after the named step."""
    as_of, name = datetime.fromisoformat(sys.argv[1]), sys.argv[2]
    setattr(tick, name, hang_after(getattr(tick, name)))
    with psycopg.connect(os.environ["TICK_CONNINFO"], autocommit=True) as connection:
        tick.run_tick(connection, as_of, origin="command")


if __name__ == "__main__":
    main()
