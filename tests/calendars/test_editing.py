"""Rules as data: what may be asked, and what is refused."""

from datetime import date
from decimal import Decimal

import psycopg
import pytest

from database.connect import Database
from database.statements import fetch
from orchestration.engine.calendars import load
from orchestration.engine.calendars.editing import (
    CalendarRules,
    RuleError,
    add_calendar,
    add_holiday,
    change_calendar,
    remove_calendar,
    remove_holiday,
    set_day,
    set_policy,
)
from orchestration.engine.calendars.hours import parse_week, parse_windows
from orchestration.engine.calendars.preview import apply_edit
from orchestration.engine.calendars.what_if import WhatIf, compare_what_if
from tests.alerts.workflow import Engine, Workflow, january
from tests.clock.clocks import find_clock

BUSINESS = "business hours"
OFFICE = CalendarRules("Europe/Amsterdam", parse_week(["mon-fri 08:00-16:00"]))


def refresh(connection: psycopg.Connection) -> None:
    """Generate what has changed, as every tick does."""
    connection.execute("select tat.refresh_calendars('2026-01-05')")


def test_a_calendar_added_is_a_clock_of_its_own(connection: psycopg.Connection) -> None:
    add_calendar(connection, "Amsterdam office", OFFICE)
    refresh(connection)
    clock = find_clock(connection, "Amsterdam office")
    worked = clock.read(january(6, 22)) - clock.read(january(5, 0))
    assert worked == (8 + 8) * 3_600_000_000


def test_a_variant_starts_with_the_hours_of_its_base(connection: psycopg.Connection) -> None:
    rules = CalendarRules("Europe/London", variant_of=BUSINESS, location="London")
    add_calendar(connection, "London", rules)
    listed = {row["calendar"]: row for row in fetch(connection, load("list_calendars"))}
    assert listed["London"]["hours"] == listed[BUSINESS]["hours"]
    assert listed["London"]["variant_of"] == BUSINESS


def test_a_half_day_counts_even_on_a_holiday(connection: psycopg.Connection) -> None:
    add_holiday(connection, date(2026, 1, 7), "Holiday")
    set_day(connection, BUSINESS, date(2026, 1, 7), parse_windows("09:00-12:00"))
    refresh(connection)
    clock = find_clock(connection, BUSINESS)
    assert clock.read(january(8)) - clock.read(january(7)) == 3 * 3_600_000_000
    set_day(connection, BUSINESS, date(2026, 1, 7), [])
    refresh(connection)
    assert clock.read(january(8)) == clock.read(january(7))


def test_the_29th_of_february_is_a_holiday_in_leap_years(connection: psycopg.Connection) -> None:
    key = add_holiday(connection, date(2024, 2, 29), "Leap day", is_recurring=True)
    days = connection.execute(
        "select day from tat.holiday_dates(1, '2027-01-01', '2029-01-01') as holiday (day)"
    ).fetchall()
    assert days == [(date(2028, 2, 29),)]
    remove_holiday(connection, key)
    with pytest.raises(RuleError, match="no active holiday"):
        remove_holiday(connection, key)


@pytest.mark.parametrize(
    ("name", "rules", "fault"),
    [
        ("x", CalendarRules("Mars/Olympus", parse_week(["mon 09:00-18:00"])), "not a time zone"),
        ("x", CalendarRules("Europe/London"), "needs --hours"),
        ("x", CalendarRules(week=parse_week(["mon 09:00-18:00"])), "needs --zone"),
        ("x", CalendarRules(variant_of=BUSINESS), "needs --location"),
        ("x", CalendarRules(variant_of="nine to five", location="x"), "There are 'business hours'"),
        (BUSINESS, OFFICE, "already"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(
    connection: psycopg.Connection, name: str, rules: CalendarRules, fault: str
) -> None:
    with pytest.raises(RuleError, match=fault):
        add_calendar(connection, name, rules)


def test_a_calendar_in_use_is_not_removed(connection: psycopg.Connection) -> None:
    with pytest.raises(RuleError, match=r"used by policies \(1\)"):
        remove_calendar(connection, BUSINESS)
    add_calendar(connection, "Amsterdam office", OFFICE)
    remove_calendar(connection, "Amsterdam office")
    assert len(fetch(connection, load("list_calendars"))) == 2


@pytest.mark.parametrize("thresholds", [(75, 50), (50, 50), (0, 50), (50, 100)])
def test_thresholds_ascend_between_0_and_100(
    connection: psycopg.Connection, thresholds: tuple[float, float]
) -> None:
    with pytest.raises(RuleError, match="Thresholds are two percentages"):
        set_policy(connection, "STANDARD", thresholds=thresholds)


def test_a_department_gets_a_policy_of_its_own(connection: psycopg.Connection) -> None:
    set_policy(connection, "STANDARD", department="Finance", thresholds=(25, 90))
    set_policy(connection, "STANDARD", department="Finance", channels=["teams"])
    policies = {
        (row["priority"], row["department"]): row
        for row in fetch(connection, load("list_policies"))
    }
    assert policies["STANDARD", "Finance"]["thresholds"] == "25,90,100"
    assert policies["STANDARD", "Finance"]["channels"] == ["teams"]
    assert policies["STANDARD", None]["thresholds"] == "50,75,100"


def test_a_dry_run_changes_nothing_and_an_edit_settles_the_clocks(
    database: Database, workflow: Workflow, engine: Engine
) -> None:
    level = workflow.add_level()
    engine.tick(january(5, 15))
    rules = CalendarRules(week=parse_week(["mon-fri 09:00-13:00"]))

    def edit(connection: psycopg.Connection) -> None:
        change_calendar(connection, BUSINESS, rules)

    dry = apply_edit(database, edit, choices_changed=False, dry_run=True)
    assert dry.ticks is None
    assert workflow.read_clock(level)["due_at"] == january(7, 12)
    done = apply_edit(database, edit, choices_changed=False, dry_run=False)
    assert done.preview.moves[0]["due_after"] == workflow.read_clock(level)["due_at"]
    assert workflow.read_clock(level)["due_at"] == january(9, 13)
    assert len(fetch(workflow.connection, load("list_calendars"))) == 2


def test_what_if_is_what_the_rules_would_have_made_of_it(
    workflow: Workflow, engine: Engine
) -> None:
    initiator = workflow.add_user(department="Finance")
    request = workflow.add_request(initiator_id=initiator)
    ends = [january(6, 10), january(7, 11), january(7, 13), january(9, 12)]
    for end in ends:
        workflow.add_level(request_id=request, status="APPROVED", level_end_time=end)
    workflow.add_level()
    engine.catch_up(january(9, 13))
    as_it_is = compare_what_if(workflow.connection, WhatIf("STANDARD"), january(9, 13))[-1]
    assert (as_it_is.levels_decided, as_it_is.in_time_before) == (4, 2)
    assert as_it_is.compliance_before == as_it_is.compliance_after == 50
    assert (as_it_is.levels_open, as_it_is.open_late_after) == (1, 1)
    longer = WhatIf("STANDARD", tat_hours=Decimal("17.5"), thresholds=(10, 99))
    finance, nobody, total = compare_what_if(workflow.connection, longer, january(9, 13))
    assert (finance.department, finance.in_time_after, nobody.levels_open) == ("Finance", 3, 1)
    assert total.compliance_after == 75
    assert (total.tat_100_before, total.tat_100_after) == (3, 2)
    assert (total.tat_50_after, total.tat_75_after) == (5, 2)


def test_what_if_equals_what_a_real_change_makes(workflow: Workflow, engine: Engine) -> None:
    for hours in range(1, 30):
        end = january(5, 15 + hours // 10, hours)
        workflow.add_level(tat_hours=hours / 10, status="APPROVED", level_end_time=end)
    engine.catch_up(january(9, 13))
    asked = WhatIf("STANDARD", tat_hours=Decimal("1.5"), calendar="around the clock")
    expected = compare_what_if(workflow.connection, asked, january(9, 13))[-1]
    set_policy(workflow.connection, "STANDARD", calendar="around the clock")
    workflow.connection.execute("update workflow.approval_levels set tat_hours = 1.5")
    engine.catch_up(january(9, 13))
    status = workflow.fetch_all(
        "select count(*) filter (where not is_breached) as in_time from tat.level_status"
    )[0]
    assert status["in_time"] == expected.in_time_after
    assert expected.in_time_after != expected.in_time_before
