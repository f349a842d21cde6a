"""Local days and the working clock of the simulated company, in microseconds since the epoch."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from ingestion.simulator.sampling import Bools, Ints

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NEVER = 2**62
"""An instant later than any other: what has not happened and will not."""

OPENS = time(9)
CLOSES = time(18)
SATURDAY = 5
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_microseconds(at: datetime) -> int:
    """Return an aware datetime as microseconds since the epoch, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Timeline:
    """A span of local days with the working windows in it.

    `dates` and `midnights` hold one entry per local day; `opens`, `closes` and `clocks` (working
    microseconds before the window) one per working window. Instants outside the span read as its
    nearest edge.
    """

    dates: tuple[date, ...]
    midnights: Ints
    opens: Ints
    closes: Ints
    clocks: Ints
    days_off: frozenset[date]

    def to_clock(self, at: Ints) -> Ints:
        """Return the working microseconds run up to each instant."""
        window = self._find_window(at)
        since = np.clip(at - self.opens[window], 0, (self.closes - self.opens)[window])
        clock: Ints = self.clocks[window] + since
        return clock

    def from_clock(self, clock: Ints) -> Ints:
        """Return the earliest instant at which the working clock shows each value."""
        window = np.maximum(np.searchsorted(self.clocks, clock, side="left") - 1, 0)
        at: Ints = self.opens[window] + clock - self.clocks[window]
        earliest: Ints = np.minimum(at, self.closes[-1])
        return earliest

    def advance(self, start: Ints, work: Ints) -> Ints:
        """Return the instant that lies `work` working microseconds after each start."""
        return np.maximum(start, self.from_clock(self.to_clock(start) + work))

    def is_open(self, at: Ints) -> Bools:
        """Tell for each instant whether it is working time."""
        window = self._find_window(at)
        return (at >= self.opens[window]) & (at < self.closes[window])

    def find_close(self, at: Ints) -> Ints:
        """Return the end of the working window that began last at each instant."""
        return self.closes[self._find_window(at)]

    def find_day(self, at: Ints) -> Ints:
        """Return the index into `dates` of each instant's local day."""
        return np.maximum(np.searchsorted(self.midnights, at, side="right") - 1, 0)

    def read_time_of_day(self, at: Ints) -> Ints:
        """Return the microseconds since local midnight of each instant."""
        return at - self.midnights[self.find_day(at)]

    def _find_window(self, at: Ints) -> Ints:
        return np.maximum(np.searchsorted(self.opens, at, side="right") - 1, 0)


def build_timeline(first: date, last: date, zone: ZoneInfo, days_off: Collection[date]) -> Timeline:
    """Lay out the days first..last: Monday to Friday 09:00-18:00 in the zone, less days off."""
    dates = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    working = [day for day in dates if day.weekday() < SATURDAY and day not in days_off]
    opens = _place_days(working, OPENS, zone)
    closes = _place_days(working, CLOSES, zone)
    clocks = np.concatenate([[0], np.cumsum(closes - opens)[:-1]]).astype(np.int64)
    midnights = _place_days(dates, time(0), zone)
    return Timeline(dates, midnights, opens, closes, clocks, frozenset(days_off))


def _place_days(days: Collection[date], at: time, zone: ZoneInfo) -> Ints:
    instants = [to_microseconds(datetime.combine(day, at, tzinfo=zone)) for day in days]
    return np.array(instants, dtype=np.int64)
