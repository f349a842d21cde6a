"""Working time walked in Python from a calendar's rules, apart from the database's functions.

Instants are microseconds since the epoch, durations microseconds.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)

Span = tuple[int, int]


def to_microseconds(instant: datetime) -> int:
    """Turn an aware datetime into microseconds since the epoch."""
    return (instant - EPOCH) // MICROSECOND


def to_datetime(instant: int) -> datetime:
    """Turn microseconds since the epoch into a datetime in UTC."""
    return EPOCH + instant * MICROSECOND


@dataclass(frozen=True)
class Rules:
    """A calendar as its rules tell it; hours are (opens, closes) since local midnight."""

    time_zone: str
    is_always_open: bool = False
    weekly: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    days: Mapping[date, Sequence[Span]] = field(default_factory=dict)
    is_holiday: Callable[[date], bool] = lambda _: False


@dataclass(frozen=True)
class WorkClock:
    """The windows of a calendar with the working time run up to each of them."""

    starts: Sequence[int]
    ends: Sequence[int]
    run_before: Sequence[int]

    def read(self, instant: int) -> int:
        """Working time run up to an instant."""
        index = bisect_right(self.starts, instant) - 1
        if index < 0:
            return 0
        return self.run_before[index] + min(instant, self.ends[index]) - self.starts[index]

    def find_last(self, reading: int) -> int:
        """The last instant at which no more than `reading` has run."""
        index = bisect_right(self.run_before, reading) - 1
        return self.starts[index] + reading - self.run_before[index]


def build_clock(rules: Rules, first: int, last: int) -> WorkClock:
    """Walk a calendar from one instant to another, some days more on both sides."""
    if rules.is_always_open:
        return WorkClock([first - 1], [last + 1], [0])
    days = to_datetime(first).date() - 2 * DAY, to_datetime(last).date() + 3 * DAY
    windows = unite(list_windows(rules, *days))
    lengths = [ends_at - starts_at for starts_at, ends_at in windows]
    return WorkClock(
        [starts_at for starts_at, _ in windows],
        [ends_at for _, ends_at in windows],
        list(accumulate(lengths, initial=0))[: len(windows)],
    )


def list_windows(rules: Rules, first: date, last: date) -> Iterator[Span]:
    """Yield each day's windows as instants; one that a change of offset turns around is void."""
    zone = ZoneInfo(rules.time_zone)
    for number in range((last - first).days + 1):
        day = first + number * DAY
        for opens, closes in find_hours(rules, day):
            window = read_local(day, opens, zone), read_local(day, closes, zone)
            if window[0] < window[1]:
                yield window


def find_hours(rules: Rules, day: date) -> Sequence[Span]:
    """The hours of one day: its own, none on a holiday, else those of its weekday."""
    if day in rules.days:
        return rules.days[day]
    if rules.is_holiday(day):
        return ()
    return rules.weekly.get(day.isoweekday(), ())


def read_local(day: date, since_midnight: int, zone: ZoneInfo) -> int:
    """Turn a local time into an instant as PostgreSQL does.

    Of a local time's two readings around a change of offset, the smaller offset holds.
    """
    wall = datetime(day.year, day.month, day.day) + since_midnight * MICROSECOND  # noqa: DTZ001
    offsets = [wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)]
    offset = min(offset for offset in offsets if offset is not None)
    return to_microseconds(wall.replace(tzinfo=UTC) - offset)


def unite(windows: Iterable[Span]) -> list[Span]:
    """Merge windows that overlap or touch."""
    united: list[Span] = []
    for starts_at, ends_at in sorted(windows):
        if united and starts_at <= united[-1][1]:
            united[-1] = united[-1][0], max(united[-1][1], ends_at)
        else:
            united.append((starts_at, ends_at))
    return united


def cut(span: Span, pauses: Iterable[Span]) -> Iterator[Span]:
    """Yield what pauses leave of a span; pauses are in order and do not overlap."""
    starts_at, ends_at = span
    for paused_at, resumed_at in pauses:
        if resumed_at <= starts_at or paused_at >= ends_at:
            continue
        if starts_at < paused_at:
            yield starts_at, paused_at
        starts_at = resumed_at
    if starts_at < ends_at:
        yield starts_at, ends_at
