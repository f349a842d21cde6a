"""When people are told: in their working hours, once a period, and again after a breach."""

from datetime import datetime, timedelta

import pytest

from tests.alerts.workflow import HOUR, january
from tests.delivery.office import HALF, LATE, Office, read_text

EVENING = january(6, 19)
NEXT_MORNING = january(7, 9)


def list_times(office: Office) -> list[datetime]:
    """From when on each mail may go out."""
    return [row["send_at"] for row in office.list_deliveries()]


@pytest.mark.parametrize(
    ("falls_due", "goes_out"),
    [
        (january(6, 13, 1), january(6, 13, 1)),
        (EVENING, NEXT_MORNING),
        (january(6, 18), NEXT_MORNING),
        (january(9, 18, 30), january(12, 9)),
        (january(10, 12), january(12, 9)),
    ],
)
def test_what_falls_due_outside_working_hours_waits_for_the_next(
    office: Office, falls_due: datetime, goes_out: datetime
) -> None:
    office.set_channel("email", keeps_quiet_hours=True)
    office.cross(falls_due, priority="EXPRESS", tat_hours=2, started_at=falls_due - HOUR * 1.1)
    office.deliver(falls_due)
    assert list_times(office) == [goes_out]
    office.deliver(goes_out)
    assert office.list_told() == [("TAT_50", "Approver One", "sent")]


def test_a_holiday_is_no_working_time(office: Office) -> None:
    office.set_channel("email", keeps_quiet_hours=True)
    office.workflow.declare_holiday(january(7).date())
    office.cross(EVENING)
    office.deliver(EVENING)
    assert list_times(office) == [january(8, 9)]


def test_working_hours_are_those_of_the_receivers_place(office: Office) -> None:
    office.set_channel("email", keeps_quiet_hours=True)
    connection = office.workflow.connection
    connection.execute(
        "insert into tat.calendar (calendar_name, time_zone, variant_of, location)"
        " select 'Amsterdam', 'Europe/Amsterdam', calendar_id, 'Amsterdam'"
        " from tat.calendar where calendar_name = 'business hours'"
    )
    connection.execute(
        "insert into tat.weekly_window"
        " select calendar_id, weekday, '08:00', '16:00'"
        " from tat.calendar, generate_series(1, 5) as weekday where calendar_name = 'Amsterdam'"
    )
    connection.execute("select tat.refresh_calendars(now())")
    away = office.workflow.add_user(display_name="Away", location="Amsterdam")
    falls_due = january(6, 9, 30)
    office.cross(
        falls_due,
        priority="EXPRESS",
        tat_hours=2,
        started_at=falls_due - HOUR * 1.1,
        approver_id=away,
    )
    office.deliver(falls_due)
    # 08:00 in Amsterdam is 12:30 in Kolkata in winter.
    assert list_times(office) == [january(6, 12, 30)]
    office.deliver(january(6, 12, 30))
    (mail,) = office.read_mails()
    assert "(Europe/Amsterdam)" in read_text(mail)
    assert "05:54" in str(mail["Subject"])


def test_a_threshold_that_is_told_at_once_wakes_people(office: Office) -> None:
    office.set_channel("email", keeps_quiet_hours=True, digest="daily")
    office.tell(100, is_at_once=True)
    night = january(7, 23)
    office.cross(night, priority="EXPRESS", tat_hours=2, started_at=night - HOUR * 3)
    office.deliver(night)
    assert office.list_told() == [("TAT_100", "Approver One", "sent")]


@pytest.mark.parametrize(
    ("digest", "ends_at"), [("hourly", january(6, 14)), ("daily", january(7, 0))]
)
def test_a_digest_is_one_mail_for_a_period(office: Office, digest: str, ends_at: datetime) -> None:
    office.set_channel("email", digest=digest)
    for number in range(3):
        office.cross(HALF, request_id=office.workflow.add_request(request_number=f"R-{number}"))
        office.deliver(HALF + timedelta(minutes=number))
    assert office.read_mails() == []
    assert list_times(office) == [ends_at] * 3
    office.deliver(ends_at)
    (mail,) = office.read_mails()
    assert mail["Subject"] == "3 approvals need attention"
    assert [f"R-{number}" in read_text(mail) for number in range(3)] == [True] * 3


def test_a_storm_is_one_summary_for_each_person(office: Office) -> None:
    other = office.workflow.add_user(display_name="Other", email="other@example.com")
    for number in range(40):
        request = office.workflow.add_request(request_number=f"R-{number}")
        approver = other if number % 2 else office.workflow.approver_id
        office.workflow.add_level(request_id=request, approver_id=approver)
    office.engine.catch_up(HALF)
    report = office.deliver(HALF)
    assert [str(mail["Subject"]) for mail in office.read_mails()] == [
        "20 approvals need attention"
    ] * 2
    assert len(office.list_deliveries()) == 40
    assert report.sent == 2 + 40


def test_a_few_at_once_stay_apart(office: Office) -> None:
    for number in range(5):
        request = office.workflow.add_request(request_number=f"R-{number}")
        office.workflow.add_level(request_id=request)
    office.engine.tick(HALF)
    office.deliver(HALF)
    assert len(office.read_mails()) == 5


def test_a_breach_is_told_again_in_working_hours_up_to_a_cap(office: Office) -> None:
    office.tell(100, repeat_every_hours=4, repeat_at_most=3)
    office.cross(LATE)
    office.deliver(LATE)
    # Due on Wednesday 12:00; four hours of the clock later is 16:00, then 11:00 and 15:00.
    assert [row["send_at"] for row in office.list_deliveries()[1:]] == [
        january(7, 16),
        january(8, 11),
        january(8, 15),
    ]
    for at in (january(7, 16), january(8, 11), january(8, 15), january(9, 15)):
        office.deliver(at)
    subjects = [str(mail["Subject"]) for mail in office.read_mails()]
    assert subjects == [
        "REQ-1: overdue since Wed 7 Jan 2026, 12:00",
        "REQ-1: still overdue, by 12 h",
        "REQ-1: still overdue, by 4 h",
        "REQ-1: still overdue, by 8 h",
    ]


def test_a_decision_ends_the_repetitions(office: Office) -> None:
    office.tell(100, repeat_every_hours=4)
    level = office.cross(LATE)
    office.deliver(LATE)
    office.workflow.decide(level, january(7, 15))
    office.engine.tick(january(7, 15, 1))
    office.deliver(january(9, 15))
    assert [told[2] for told in office.list_told()] == ["sent"] + ["suppressed"] * 3


def test_a_channel_sends_no_more_a_minute_than_it_may(office: Office) -> None:
    office.set_channel("email", messages_per_minute=3, summary_above=100)
    for number in range(8):
        office.workflow.add_level(
            request_id=office.workflow.add_request(request_number=f"R-{number}")
        )
    office.engine.tick(HALF)
    counts = []
    for minute in range(4):
        office.deliver(HALF + timedelta(minutes=minute))
        counts.append(len(office.read_mails()))
    assert counts == [3, 6, 8, 8]
