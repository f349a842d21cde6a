"""A second, slow reading of working time: walks the calendar day by day, in local wall time.

It shares nothing with the database's clocks but the rules, so that agreement means something.
Instants are aware datetimes; durations are whole microseconds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)

Window = tuple[datetime, datetime]
Pause = tuple[datetime, datetime]


@dataclass(frozen=True)
class Calendar:
    """Working time as its rules tell it.

    `weekly` has (iso weekday, opens, closes) with both as time since local midnight, closes up
    to 24 hours. `holidays` are the local days on which nothing opens.
    """

    time_zone: str
    weekly: Sequence[tuple[int, timedelta, timedelta]] = ()
    holidays: frozenset[date] = field(default_factory=frozenset)
    is_always_open: bool = False


def business_calendar(time_zone: str, holidays: Iterable[date] = ()) -> Calendar:
    """Monday to Friday, 09:00 to 18:00."""
    nine, six = timedelta(hours=9), timedelta(hours=18)
    weekly = [(weekday, nine, six) for weekday in range(1, 6)]
    return Calendar(time_zone, weekly, frozenset(holidays))


def read_local(day: date, since_midnight: timedelta, zone: ZoneInfo) -> datetime:
    """Turn a local wall time into an instant, as PostgreSQL does.

    A skipped local time is read with the offset before the change, a repeated one with the
    offset after it; of the two readings that is the smaller offset, whichever way it changes.
    """
    wall = datetime(day.year, day.month, day.day) + since_midnight  # noqa: DTZ001
    readings = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    offset = min(reading for reading in readings if reading is not None)
    return (wall - offset).replace(tzinfo=UTC)


def list_days(first: date, last: date) -> Iterator[date]:
    """Yield every day from `first` to `last`, both included."""
    day = first
    while day <= last:
        yield day
        day += DAY


def list_raw_windows(calendar: Calendar, first: date, last: date) -> Iterator[Window]:
    """Yield each day's windows by the rules; one that a change of offset turns around is void."""
    zone = ZoneInfo(calendar.time_zone)
    for day in list_days(first, last):
        if day in calendar.holidays:
            continue
        for weekday, opens, closes in calendar.weekly:
            if weekday != day.isoweekday():
                continue
            window = read_local(day, opens, zone), read_local(day, closes, zone)
            if window[0] < window[1]:
                yield window


def unite(windows: Iterable[Window]) -> list[Window]:
    """Merge windows that overlap or touch; the result is disjoint and in order."""
    united: list[Window] = []
    for starts_at, ends_at in sorted(windows):
        if united and starts_at <= united[-1][1]:
            united[-1] = united[-1][0], max(united[-1][1], ends_at)
        else:
            united.append((starts_at, ends_at))
    return united


def list_windows(calendar: Calendar, starts_at: datetime, ends_at: datetime) -> list[Window]:
    """Return the working windows between two instants, cut to them, disjoint and in order."""
    # Datetimes of one zone subtract as wall times, so everything is UTC from here on.
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if calendar.is_always_open:
        return [(starts_at, ends_at)] if starts_at < ends_at else []
    days = starts_at.date() - 2 * DAY, ends_at.date() + 2 * DAY
    cut = [
        (max(opens_at, starts_at), min(closes_at, ends_at))
        for opens_at, closes_at in unite(list_raw_windows(calendar, *days))
    ]
    return [window for window in cut if window[0] < window[1]]


def count_microseconds(windows: Iterable[Window]) -> int:
    """Add up the lengths of windows."""
    return sum((ends_at - starts_at) // MICROSECOND for starts_at, ends_at in windows)


def subtract(windows: Iterable[Window], pauses: Iterable[Pause]) -> list[Window]:
    """Cut pauses out of windows."""
    left = list(windows)
    for paused_at, resumed_at in pauses:
        before = [(opens, min(closes, paused_at.astimezone(UTC))) for opens, closes in left]
        after = [(max(opens, resumed_at.astimezone(UTC)), closes) for opens, closes in left]
        pieces = before + after
        left = [piece for piece in pieces if piece[0] < piece[1]]
    return sorted(left)


def measure_elapsed(
    calendar: Calendar, starts_at: datetime, ends_at: datetime, pauses: Iterable[Pause] = ()
) -> int:
    """Return the working microseconds from `starts_at` to `ends_at`, pauses left out."""
    return count_microseconds(subtract(list_windows(calendar, starts_at, ends_at), pauses))


def find_crossing(
    calendar: Calendar,
    starts_at: datetime,
    ends_at: datetime,
    allowed: int,
    pauses: Iterable[Pause] = (),
) -> datetime | None:
    """Return the last instant at which no more than `allowed` microseconds have elapsed.

    None if that is not before `ends_at`: crossing is strict, so the level never crossed.
    """
    return find_crossing_in(list_windows(calendar, starts_at, ends_at), allowed, pauses)


def find_crossing_in(
    windows: Iterable[Window], allowed: int, pauses: Iterable[Pause] = ()
) -> datetime | None:
    """Return the last instant at which no more than `allowed` microseconds of windows have run."""
    elapsed = 0
    for opens_at, closes_at in subtract(windows, pauses):
        length = (closes_at - opens_at) // MICROSECOND
        if elapsed + length > allowed:
            return opens_at + (allowed - elapsed) * MICROSECOND
        elapsed += length
    return None
