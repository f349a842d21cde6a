"""The lock that keeps followers apart."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from database.statements import load_statement

# What a load or another follower holds is waited for so long.
LOCK_TIMEOUT = "5s"
BUSY = "Another process follows the source or loads a bundle; this one gave way."


class FollowerBusyError(RuntimeError):
    """Another process follows the source, or a load keeps the warehouse; try again."""


@contextmanager
def hold_follower(warehouse: psycopg.Connection) -> Iterator[None]:
    """Be the only one that loads from the source, until the block ends or this process does.

    May be nested. Raises FollowerBusyError when another is at work, or a load is.
    """
    warehouse.execute("select set_config('lock_timeout', %s, false)", (LOCK_TIMEOUT,))
    try:
        warehouse.execute(load_statement("ingestion.following", "hold_follower"))
        try:
            yield
        finally:
            if not warehouse.closed:
                warehouse.execute(load_statement("ingestion.following", "release_follower"))
    except psycopg.errors.LockNotAvailable:
        raise FollowerBusyError(BUSY) from None
