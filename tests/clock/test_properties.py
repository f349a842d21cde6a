"""The work clock against an independent walker: any calendar, any zone, any instant."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clock.clocks import (
    Clock,
    add_holidays,
    create_clock,
    extend_calendars,
    refresh_calendars,
)
from tests.oracle import (
    DAY,
    MICROSECOND,
    Calendar,
    Window,
    list_windows,
    measure_elapsed,
    read_local,
)

# A day on which each zone changes its offset, or any day where it has no change.
CHANGES = {
    "Europe/Amsterdam": [date(2019, 3, 31), date(2019, 10, 27)],
    "America/New_York": [date(2020, 3, 8), date(2020, 11, 1)],
    "Australia/Lord_Howe": [date(2021, 4, 4), date(2021, 10, 3)],
    "Asia/Kolkata": [date(2024, 2, 29)],
    "America/St_Johns": [date(2018, 3, 11), date(2018, 11, 4)],
    "Africa/Casablanca": [date(2019, 5, 5), date(2019, 6, 9)],
    "Asia/Tehran": [date(2021, 3, 22), date(2021, 9, 22)],
    "Europe/Dublin": [date(2022, 3, 27), date(2022, 10, 30)],
    "America/Havana": [date(2023, 3, 12), date(2023, 11, 5)],
    "Pacific/Apia": [date(2011, 12, 30)],
}

PROPERTY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Case:
    """A calendar, the span over which it is generated, and instants inside that."""

    calendar: Calendar
    first: date
    last: date
    instants: tuple[datetime, ...]

    @property
    def span(self) -> Window:
        """The instants at which the span starts and ends."""
        zone = ZoneInfo(self.calendar.time_zone)
        midnight = timedelta(0)
        return read_local(self.first, midnight, zone), read_local(self.last, midnight, zone)

    @property
    def windows(self) -> list[Window]:
        """The working windows of the span, as the walker finds them."""
        return list_windows(self.calendar, *self.span)


minutes_of_day = st.one_of(
    st.sampled_from([0, 60, 90, 120, 150, 180, 240, 540, 780, 1080, 1380, 1440]),
    st.integers(0, 1440),
)


@st.composite
def weekly_windows(draw: st.DrawFn) -> list[tuple[int, timedelta, timedelta]]:
    """Up to nine windows a week; they may touch, overlap, or leave days without any."""
    keys = st.tuples(st.integers(1, 7), minutes_of_day.filter(lambda minute: minute < 1440))
    opens = draw(st.lists(keys, max_size=9, unique=True))
    lengths = [draw(st.integers(1, 1440 - minute)) for _, minute in opens]
    ends_with_day = [draw(st.booleans()) for _ in opens]
    return [
        (
            weekday,
            timedelta(minutes=minute),
            timedelta(minutes=1440 if to_midnight else minute + length),
        )
        for (weekday, minute), length, to_midnight in zip(
            opens, lengths, ends_with_day, strict=True
        )
    ]


every_night = [(weekday, timedelta(0), timedelta(hours=24)) for weekday in range(1, 8)]
early_mornings = [(weekday, timedelta(hours=1), timedelta(hours=4)) for weekday in range(1, 8)]
night_shifts = [
    (weekday, opens, closes)
    for weekday in range(1, 8)
    for opens, closes in (
        (timedelta(0), timedelta(hours=6)),
        (timedelta(hours=22), timedelta(hours=24)),
    )
]
small_hours = [
    (weekday, timedelta(minutes=minute), timedelta(minutes=minute + 20))
    for weekday in (6, 7)
    for minute in range(0, 200, 30)
]

weeks = st.one_of(
    weekly_windows(), st.sampled_from([every_night, early_mornings, night_shifts, small_hours])
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any calendar over some weeks around a change of offset."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = draw(st.sampled_from(CHANGES[zone]))
    # A span can't start or end on a day that does not exist.
    margin = 2 if zone == "Pacific/Apia" else 0
    first = change - draw(st.integers(margin, 12)) * DAY
    last = change + draw(st.integers(margin + 1, 20)) * DAY
    holidays = draw(st.sets(st.integers(0, (last - first).days - 1), max_size=4))
    calendar = Calendar(
        zone,
        draw(weeks),
        frozenset(first + day * DAY for day in holidays),
        is_always_open=draw(st.integers(0, 15)) == 0,
    )
    case = Case(calendar, first, last, ())
    return replace(case, instants=draw(instants_of(case)))


def instants_of(case: Case) -> st.SearchStrategy[tuple[datetime, ...]]:
    """Instants anywhere in the span, and on and beside the edges of windows."""
    span_starts_at, span_ends_at = case.span
    edges = [edge for window in case.windows for edge in window] or [span_starts_at]
    length = (span_ends_at - span_starts_at) // MICROSECOND
    anywhere = st.integers(0, length).map(lambda offset: span_starts_at + offset * MICROSECOND)
    near_edges = st.builds(
        lambda edge, offset: edge + offset * MICROSECOND,
        st.sampled_from(edges),
        st.sampled_from([-1, 0, 1]),
    ).filter(lambda instant: span_starts_at <= instant <= span_ends_at)
    return st.lists(st.one_of(anywhere, near_edges), min_size=2, max_size=30).map(
        lambda instants: tuple(sorted(instants))
    )


@contextmanager
def generated(connection: psycopg.Connection, case: Case) -> Iterator[Clock]:
    """Generate the case's calendar; everything is rolled back afterwards."""
    with connection.transaction(force_rollback=True):
        connection.execute("delete from tat.policy_threshold")
        connection.execute("delete from tat.policy")
        connection.execute("delete from tat.calendar")
        clock = create_clock(connection, case.calendar)
        extend_calendars(connection, case.first, case.last)
        yield clock


def read_clocks(clock: Clock, instants: Sequence[datetime]) -> list[int]:
    """W at each instant."""
    rows = clock.connection.execute(
        "select tat.work_clock(%s, asked.at)"
        " from unnest(%s::timestamptz[]) with ordinality as asked (at, place) order by place",
        (clock.calendar_id, list(instants)),
    )
    return [row[0] for row in rows]


def find_times(clock: Clock, clocks: Sequence[int]) -> list[datetime]:
    """T at each clock."""
    rows = clock.connection.execute(
        "select tat.work_time(%s, asked.clock)"
        " from unnest(%s::bigint[]) with ordinality as asked (clock, place) order by place",
        (clock.calendar_id, list(clocks)),
    )
    return [row[0] for row in rows]


def find_crossings(clock: Clock, clocks: Sequence[int]) -> list[datetime]:
    """The last instant with each clock; null where that lies beyond the span."""
    rows = clock.connection.execute(
        "select tat.find_crossing_time(%s, asked.clock)"
        " from unnest(%s::bigint[]) with ordinality as asked (clock, place) order by place",
        (clock.calendar_id, list(clocks)),
    )
    return [row[0] for row in rows]


@PROPERTY
@given(case=cases())
def test_differences_of_clocks_are_the_walkers_working_time(
    connection: psycopg.Connection, case: Case
) -> None:
    with generated(connection, case) as clock:
        clocks = read_clocks(clock, case.instants)
    expected = [measure_elapsed(case.calendar, case.instants[0], at) for at in case.instants]
    assert [reading - clocks[0] for reading in clocks] == expected
    assert clocks == sorted(clocks)


@PROPERTY
@given(case=cases())
def test_the_time_of_a_clock_is_the_earliest_instant_that_reads_it(
    connection: psycopg.Connection, case: Case
) -> None:
    with generated(connection, case) as clock:
        clocks = read_clocks(clock, case.instants)
        times = find_times(clock, clocks)
        assert read_clocks(clock, times) == clocks
        earliest = [at for at in times if at > case.span[0]]
        just_before = read_clocks(clock, [at - MICROSECOND for at in earliest])
        assert just_before == [reading - 1 for reading in read_clocks(clock, earliest)]
    for at, time in zip(case.instants, times, strict=True):
        assert time <= at
        assert time == at or not is_working(case, at)


def is_working(case: Case, at: datetime) -> bool:
    """Whether the clock ran up to `at` (a window's end counts, its start does not)."""
    return any(opens_at < at <= closes_at for opens_at, closes_at in case.windows)


@PROPERTY
@given(case=cases())
def test_the_crossing_of_a_clock_is_the_last_instant_that_reads_it(
    connection: psycopg.Connection, case: Case
) -> None:
    with generated(connection, case) as clock:
        clocks = read_clocks(clock, case.instants)
        crossings = find_crossings(clock, clocks)
        final = read_clocks(clock, [case.span[1]])[0]
        known = [
            (reading, at) for reading, at in zip(clocks, crossings, strict=True) if reading < final
        ]
        at_crossing = read_clocks(clock, [at for _, at in known])
        just_after = read_clocks(clock, [at + MICROSECOND for _, at in known])
    assert at_crossing == [reading for reading, _ in known]
    assert just_after == [reading + 1 for reading, _ in known]
    assert [at for at in crossings if at is not None] == [at for _, at in known]


@PROPERTY
@given(case=cases(), days=st.tuples(st.integers(0, 40), st.integers(0, 40)))
def test_extending_the_span_moves_no_clock(
    connection: psycopg.Connection, case: Case, days: tuple[int, int]
) -> None:
    with generated(connection, case) as clock:
        before = read_clocks(clock, case.instants)
        extend_calendars(connection, case.first - days[0] * DAY, case.last)
        extend_calendars(connection, case.first, case.last + days[1] * DAY)
        assert read_clocks(clock, case.instants) == before


@PROPERTY
@given(case=cases(), offsets=st.sets(st.integers(0, 12), min_size=1, max_size=4))
def test_declaring_holidays_later_equals_knowing_them_at_first(
    connection: psycopg.Connection, case: Case, offsets: set[int]
) -> None:
    added = {case.first + offset * DAY for offset in offsets} - case.calendar.holidays
    with generated(connection, case) as clock:
        add_holidays(connection, added)
        refresh_calendars(connection, case.span[0] - 30 * DAY)
        later = read_clocks(clock, case.instants)
    holidays = case.calendar.holidays | added
    informed = replace(case, calendar=replace(case.calendar, holidays=holidays))
    with generated(connection, informed) as clock:
        assert read_clocks(clock, case.instants) == later


@PROPERTY
@given(case=cases())
def test_the_windows_are_the_walkers_windows(connection: psycopg.Connection, case: Case) -> None:
    with generated(connection, case) as clock:
        rows = connection.execute(
            "select starts_at, ends_at from tat.work_interval"
            " where calendar_id = %s and starts_at < ends_at order by starts_at",
            (clock.calendar_id,),
        ).fetchall()
    assert rows == case.windows
