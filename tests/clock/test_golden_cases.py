"""The work clock against cases that can be checked on a wall calendar (Asia/Kolkata).

5 January 2026 is a Monday.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.clock.clocks import (
    Clock,
    add_holiday,
    create_clock,
    extend_calendars,
    refresh_calendars,
)
from tests.oracle import MICROSECOND, business_calendar

KOLKATA = ZoneInfo("Asia/Kolkata")
HOUR = timedelta(hours=1)
HOUR_CLOCK = 3_600_000_000


def january(day: int, hour: int, minute: int = 0) -> datetime:
    """A local time of January 2026 in Kolkata."""
    return datetime(2026, 1, day, hour, minute, tzinfo=KOLKATA)


def declare(business: Clock, day: date, **rules: object) -> None:
    """Declare a holiday and generate the calendars again."""
    add_holiday(business.connection, day, **rules)  # type: ignore[arg-type]
    refresh_calendars(business.connection, january(5, 9))


def test_standard_16_hours_from_monday_afternoon_are_due_wednesday_noon(business: Clock) -> None:
    assert business.find_due(january(5, 14), 16 * HOUR) == january(7, 12)


def test_a_holiday_on_the_way_moves_the_deadline_by_a_day(business: Clock) -> None:
    declare(business, date(2026, 1, 7))
    assert business.find_due(january(5, 14), 16 * HOUR) == january(8, 12)


@pytest.mark.parametrize(
    ("percentage", "due"), [(50, january(6, 13)), (75, january(6, 17)), (100, january(7, 12))]
)
def test_thresholds_of_a_standard_level(business: Clock, percentage: int, due: datetime) -> None:
    assert business.find_due(january(5, 14), percentage * 16 * HOUR / 100) == due


def test_express_16_hours_run_through_the_night(around_the_clock: Clock) -> None:
    assert around_the_clock.find_due(january(5, 14), 16 * HOUR) == january(6, 6)


def test_an_always_open_clock_reads_the_epoch(around_the_clock: Clock) -> None:
    instant = january(6, 3) + 123_457 * MICROSECOND
    expected = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND
    assert around_the_clock.read(instant) == expected


def test_a_deadline_on_closing_time_is_due_then_and_crossed_at_the_next_opening(
    business: Clock,
) -> None:
    due_clock = business.read(january(5, 14)) + 4 * HOUR_CLOCK
    assert business.find_time(due_clock) == january(5, 18)
    assert business.find_crossing(due_clock) == january(6, 9)
    assert business.read(january(6, 9)) == due_clock
    assert business.read(january(6, 9) + MICROSECOND) == due_clock + 1


def test_a_deadline_on_friday_evening_is_crossed_on_monday(business: Clock) -> None:
    due_clock = business.read(january(9, 9)) + 9 * HOUR_CLOCK
    assert business.find_time(due_clock) == january(9, 18)
    assert business.find_crossing(due_clock) == january(12, 9)


def test_a_deadline_inside_a_window_is_crossed_when_it_is_due(business: Clock) -> None:
    due_clock = business.read(january(5, 14)) + HOUR_CLOCK
    assert business.find_time(due_clock) == business.find_crossing(due_clock) == january(5, 15)


@pytest.mark.parametrize("started", [january(3, 11), january(4, 23), january(5, 3), january(5, 9)])
def test_a_start_outside_hours_counts_from_the_next_opening(
    business: Clock, started: datetime
) -> None:
    assert business.find_due(started, 2 * HOUR) == january(5, 11)


def test_the_window_starts_inclusive_and_ends_exclusive(business: Clock) -> None:
    opening, closing = business.read(january(5, 9)), business.read(january(5, 18))
    assert closing - opening == 9 * HOUR_CLOCK
    assert business.read(january(5, 9) - MICROSECOND) == opening
    assert business.read(january(5, 18) - MICROSECOND) == closing - 1
    assert business.read(january(6, 9)) == closing


def working_hours_of(clock: Clock, day: date) -> float:
    """Working hours of one local day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=KOLKATA)
    return (clock.read(midnight + 24 * HOUR) - clock.read(midnight)) / HOUR_CLOCK


def test_a_recurring_holiday_falls_on_its_day_every_year(business: Clock) -> None:
    declare(business, date(2024, 8, 12), is_recurring=True)
    assert [working_hours_of(business, date(year, 8, 12)) for year in (2026, 2027)] == [0, 0]


def test_a_holiday_that_does_not_recur_falls_in_its_own_year_only(business: Clock) -> None:
    declare(business, date(2026, 8, 13))
    assert working_hours_of(business, date(2026, 8, 13)) == 0
    assert working_hours_of(business, date(2027, 8, 13)) == 9


def test_a_recurring_29_february_exists_in_leap_years_only(business: Clock) -> None:
    extend_calendars(business.connection, date(2023, 1, 1), date(2033, 1, 1))
    declare(business, date(2024, 2, 29), is_recurring=True)
    assert working_hours_of(business, date(2024, 2, 29)) == 0  # a Thursday
    assert working_hours_of(business, date(2028, 2, 29)) == 0  # a Tuesday
    assert working_hours_of(business, date(2028, 3, 1)) == 9
    assert working_hours_of(business, date(2027, 3, 1)) == 9
    assert working_hours_of(business, date(2025, 2, 28)) == 9


def test_an_inactive_holiday_is_ignored(business: Clock) -> None:
    declare(business, date(2026, 1, 7), is_active=False)
    assert business.find_due(january(5, 14), 16 * HOUR) == january(7, 12)


@pytest.mark.parametrize("rule", [{"departments": ["Sales"]}, {"locations": ["Pune"]}])
def test_a_restricted_holiday_is_not_the_companys(
    business: Clock, rule: dict[str, list[str]]
) -> None:
    declare(business, date(2026, 1, 7), **rule)
    assert working_hours_of(business, date(2026, 1, 7)) == 9


@pytest.mark.parametrize(
    ("rule", "hours"),
    [
        ({"departments": ["Sales", "Legal"]}, 0),
        ({"departments": ["Legal"]}, 9),
        ({"locations": ["Pune"]}, 0),
        ({"locations": ["Goa"]}, 9),
        ({"departments": ["Sales"], "locations": ["Goa"]}, 9),
        ({"departments": ["Sales"], "locations": ["Pune"]}, 0),
        ({"departments": [], "locations": []}, 0),
    ],
)
def test_a_restricted_holiday_closes_the_calendars_it_names(
    business: Clock, rule: dict[str, list[str]], hours: int
) -> None:
    rules = business_calendar("Asia/Kolkata")
    branch = create_clock(business.connection, rules, department="Sales", location="Pune")
    extend_calendars(business.connection, date(2026, 1, 1), date(2028, 1, 1))
    declare(business, date(2026, 1, 7), **rule)
    assert working_hours_of(branch, date(2026, 1, 7)) == hours


def test_two_holidays_on_one_day_close_it_once(business: Clock) -> None:
    declare(business, date(2026, 1, 7))
    declare(business, date(2019, 1, 7), is_recurring=True)
    assert working_hours_of(business, date(2026, 1, 7)) == 0
    assert working_hours_of(business, date(2026, 1, 8)) == 9


@pytest.mark.parametrize(
    "at", [datetime(2025, 12, 31, tzinfo=UTC), datetime(2028, 1, 2, tzinfo=UTC)]
)
def test_asking_outside_the_span_is_an_error_that_says_what_to_do(
    business: Clock, at: datetime
) -> None:
    with pytest.raises(psycopg.errors.DatetimeFieldOverflow) as caught:
        business.read(at)
    assert caught.value.diag.message_primary is not None
    assert "business hours" in caught.value.diag.message_primary
    assert "2026-01-01 to 2028-01-01" in caught.value.diag.message_primary
    assert "tat.extend_calendars" in (caught.value.diag.message_hint or "")


def test_a_clock_beyond_the_span_is_an_error(business: Clock) -> None:
    final = business.read(datetime(2028, 1, 1, tzinfo=KOLKATA))
    assert business.find_time(final) == datetime(2027, 12, 31, 18, tzinfo=KOLKATA)
    with pytest.raises(psycopg.errors.DatetimeFieldOverflow, match="outside the generated span"):
        business.find_time(final + 1)
    with pytest.raises(psycopg.errors.DatetimeFieldOverflow, match="outside the generated span"):
        business.find_time(-1)


def test_a_crossing_that_lies_beyond_the_span_is_an_error(business: Clock) -> None:
    final = business.read(datetime(2028, 1, 1, tzinfo=KOLKATA))
    with pytest.raises(psycopg.errors.DatetimeFieldOverflow, match="outside the generated span"):
        business.find_crossing(final)


def test_an_unknown_calendar_is_an_error(business: Clock) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="there is no calendar 999"):
        Clock(business.connection, 999).read(january(5, 9))


def test_a_calendar_that_was_never_generated_is_an_error(business: Clock) -> None:
    fresh = create_clock(business.connection, business_calendar("Asia/Kolkata"))
    with pytest.raises(psycopg.errors.DatetimeFieldOverflow, match="outside the generated span"):
        fresh.read(january(5, 9))


def test_extending_the_span_moves_no_clock(business: Clock, around_the_clock: Clock) -> None:
    instants = [january(1, 0) + 58.3 * step * HOUR for step in range(250)]
    before = [clock.read(at) for clock in (business, around_the_clock) for at in instants]
    extend_calendars(business.connection, date(2023, 5, 17), date(2026, 2, 1))
    extend_calendars(business.connection, date(2026, 1, 1), date(2031, 1, 1))
    after = [clock.read(at) for clock in (business, around_the_clock) for at in instants]
    assert after == before
    assert business.read(datetime(2023, 5, 18, tzinfo=UTC)) < 0


def test_extending_to_a_smaller_span_changes_nothing(business: Clock) -> None:
    row = business.connection.execute("select tat.extend_calendars('2026-03-01', '2026-04-01')")
    assert row.fetchone() == (0,)
    assert working_hours_of(business, date(2027, 12, 31)) == 9


def test_a_refresh_keeps_two_years_generated_ahead(business: Clock) -> None:
    refresh_calendars(business.connection, january(5, 9).replace(year=2028))
    assert working_hours_of(business, date(2030, 1, 4)) == 9
