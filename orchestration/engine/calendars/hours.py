"""Working hours as people write them: `mon-fri 09:00-13:00,14:00-18:00`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60
TIME = re.compile(r"(\d{1,2}):(\d{2})")


class HoursError(ValueError):
    """Working hours that can't be read, overlap or end before they begin."""


@dataclass(frozen=True, order=True)
class Window:
    """One working window, in minutes since local midnight; it ends at 24:00 at the latest."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{format_minutes(self.opens)}-{format_minutes(self.closes)}"


def format_minutes(minutes: int) -> str:
    """Write minutes since midnight as a time that PostgreSQL takes; midnight's end is 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def parse_week(specs: Iterable[str]) -> dict[int, list[Window]]:
    """Read specs such as `mon-fri 09:00-18:00` into windows by ISO weekday (1 is Monday).

    A later spec replaces an earlier one for the days that both name. Raises HoursError.
    """
    week: dict[int, list[Window]] = {}
    for spec in specs:
        days, _, hours = spec.strip().lower().partition(" ")
        if not hours:
            raise HoursError(f"{spec!r} is not like 'mon-fri 09:00-18:00'.")
        windows = parse_windows(hours)
        week |= dict.fromkeys(parse_days(days), windows)
    return dict(sorted(week.items()))


def parse_days(text: str) -> list[int]:
    """Read `mon-fri`, `sat` or `mon,wed,fri` into ISO weekdays."""
    days: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise HoursError(f"{part!r} is not a day such as 'mon' or days such as 'mon-fri'.")
        start, end = DAYS.index(first), DAYS.index(last or first)
        span = range(start, end + 1) if start <= end else [*range(start, 7), *range(end + 1)]
        days += [day + 1 for day in span]
    return days


def parse_windows(text: str) -> list[Window]:
    """Read `09:00-13:00,14:00-18:00` into windows in order. Raises HoursError."""
    windows = sorted(parse_window(part) for part in text.replace(" ", "").split(","))
    for earlier, later in pairwise(windows):
        if later.opens < earlier.closes:
            raise HoursError(f"{earlier} and {later} overlap.")
    return windows


def parse_window(text: str) -> Window:
    """Read `09:00-18:00`."""
    opens, dash, closes = text.partition("-")
    if not dash:
        raise HoursError(f"{text!r} is not like '09:00-18:00'.")
    window = Window(parse_time(opens), parse_time(closes))
    if window.opens >= window.closes:
        raise HoursError(f"{text} ends before it begins; hours past midnight belong to two days.")
    return window


def parse_time(text: str) -> int:
    """Read `09:00` or `24:00` into minutes since midnight."""
    match = TIME.fullmatch(text)
    minutes = int(match[1]) * 60 + int(match[2]) if match else -1
    if match is None or int(match[2]) > 59 or minutes > MINUTES_A_DAY:
        raise HoursError(f"{text!r} is not a time between 00:00 and 24:00.")
    return minutes


def format_week(rows: Sequence[tuple[int, str]]) -> str:
    """Write (ISO weekday, windows) rows as specs, equal days together: `mon-fri 09:00-18:00`."""
    parts = []
    for hours, days in groupby(rows, key=lambda row: row[1]):
        names = [DAYS[day - 1] for day, _ in days]
        label = names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"
        parts.append(f"{label} {hours}")
    return "; ".join(parts)
