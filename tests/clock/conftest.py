"""The two seeded calendars over the years of the tests."""

from datetime import date

import psycopg
import pytest

from tests.clock.clocks import Clock, extend_calendars, find_clock, forget_spans


@pytest.fixture
def business(connection: psycopg.Connection) -> Clock:
    """Monday to Friday, 09:00 to 18:00 in Asia/Kolkata, generated over 2026 and 2027."""
    forget_spans(connection)
    extend_calendars(connection, date(2026, 1, 1), date(2028, 1, 1))
    return find_clock(connection, "business hours")


@pytest.fixture
def around_the_clock(business: Clock) -> Clock:
    """Always open, generated over 2026 and 2027."""
    return find_clock(business.connection, "around the clock")
