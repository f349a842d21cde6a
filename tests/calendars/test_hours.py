"""Working hours as people write them."""

import pytest

from orchestration.engine.calendars.hours import (
    HoursError,
    Window,
    format_week,
    parse_week,
    parse_windows,
)


def test_a_week_is_read_day_by_day() -> None:
    week = parse_week(["mon-fri 09:00-13:00,14:00-18:00", "sat 9:00-12:30"])
    assert list(week) == [1, 2, 3, 4, 5, 6]
    assert week[3] == [Window(540, 780), Window(840, 1080)]
    assert week[6] == [Window(540, 750)]


def test_a_later_spec_replaces_an_earlier_one() -> None:
    week = parse_week(["mon-fri 09:00-18:00", "fri 09:00-15:00"])
    assert week[5] == [Window(540, 900)]
    assert week[4] == [Window(540, 1080)]


def test_days_may_run_over_the_end_of_the_week() -> None:
    assert list(parse_week(["sun-thu 08:00-24:00"])) == [1, 2, 3, 4, 7]
    assert str(parse_week(["sun 08:00-24:00"])[7][0]) == "08:00-24:00"


@pytest.mark.parametrize(
    ("hours", "fault"),
    [
        ("09:00-13:00,12:00-18:00", "overlap"),
        ("18:00-09:00", "ends before it begins"),
        ("09:00-09:00", "ends before it begins"),
        ("09:00", "is not like"),
        ("09:00-25:00", "not a time between"),
        ("09:61-18:00", "not a time between"),
        ("nine-five", "not a time between"),
    ],
)
def test_hours_that_cannot_be_are_refused(hours: str, fault: str) -> None:
    with pytest.raises(HoursError, match=fault):
        parse_windows(hours)


@pytest.mark.parametrize("spec", ["09:00-18:00", "monday 09:00-18:00", "mon-xyz 09:00-18:00"])
def test_days_that_cannot_be_are_refused(spec: str) -> None:
    with pytest.raises(HoursError):
        parse_week([spec])


def test_equal_days_are_written_together() -> None:
    rows = [(1, "09:00-18:00"), (2, "09:00-18:00"), (6, "09:00-12:00")]
    assert format_week(rows) == "mon-tue 09:00-18:00; sat 09:00-12:00"
