"""Reading ahead: the next items are made in a thread while the present one is in use."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def prefetch(items: Iterator[T], ahead: int) -> Iterator[Iterator[T]]:
    """Yield an iterator over `items` that keeps `ahead` of them ready.

    What `items` raises, it raises in its turn. Leaving ends the reading.
    """
    executor = ThreadPoolExecutor(1, thread_name_prefix="prefetch")
    try:
        yield take_ahead(executor, items, ahead)
    finally:
        executor.shutdown(cancel_futures=True)


def take_ahead(executor: ThreadPoolExecutor, items: Iterator[T], ahead: int) -> Iterator[T]:
    """Yield the items that the executor makes, in their order."""
    pending = deque(executor.submit(take, items) for _ in range(ahead))
    while taken := pending.popleft().result():
        pending.append(executor.submit(take, items))
        yield from taken


def take(items: Iterator[T]) -> list[T]:
    """Take the next item, as a list that is empty when there is none."""
    return list(islice(items, 1))
