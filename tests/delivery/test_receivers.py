"""Who is told: the approver who holds the level, their manager, or who stands in for them."""

from uuid import UUID

import pytest

from orchestration.delivery.editing import add_delegation, end_delegations, find_person
from orchestration.engine.calendars.editing import RuleError
from tests.alerts.workflow import january
from tests.delivery.office import HALF, LATE, THREE_QUARTERS, Office


def add_manager(office: Office, name: str = "Manager", **columns: object) -> UUID:
    """Give the approver a manager."""
    manager = office.workflow.add_user(display_name=name, **columns)
    office.workflow.update(
        "users", "user_id", office.workflow.approver_id, {"reporting_manager_id": manager}
    )
    return manager


def test_the_approver_is_told_at_half_and_the_manager_too_from_three_quarters_on(
    office: Office,
) -> None:
    add_manager(office)
    office.cross(HALF)
    office.deliver(HALF)
    assert office.list_told() == [("TAT_50", "Approver One", "sent")]
    office.engine.tick(THREE_QUARTERS)
    office.deliver(THREE_QUARTERS)
    assert sorted(office.list_told()[1:]) == [
        ("TAT_75", "Approver One", "sent"),
        ("TAT_75", "Manager", "sent"),
    ]


def test_an_approver_who_is_their_own_manager_is_told_once(office: Office) -> None:
    office.workflow.update(
        "users",
        "user_id",
        office.workflow.approver_id,
        {"reporting_manager_id": office.workflow.approver_id},
    )
    office.cross(LATE)
    office.deliver(LATE)
    assert office.list_told() == [("TAT_100", "Approver One", "sent")]


def test_a_delegate_is_told_in_place_of_an_approver_who_is_away(office: Office) -> None:
    delegate = office.workflow.add_user(display_name="Delegate")
    office.stand_in(office.workflow.approver_id, delegate, january(6, 9), january(6, 17))
    office.cross(HALF)
    office.deliver(HALF)
    office.engine.tick(THREE_QUARTERS)
    office.deliver(THREE_QUARTERS)
    assert office.list_told() == [
        ("TAT_50", "Delegate", "sent"),
        ("TAT_75", "Approver One", "sent"),
    ]
    assert office.list_deliveries()[0]["stands_in_for"] == office.workflow.approver_id


def test_a_delegate_who_is_away_passes_it_on(office: Office) -> None:
    first, second = (office.workflow.add_user(display_name=name) for name in ("First", "Second"))
    office.stand_in(office.workflow.approver_id, first, january(1))
    office.stand_in(first, second, january(1))
    office.cross(HALF)
    office.deliver(HALF)
    assert office.list_told() == [("TAT_50", "Second", "sent")]


def test_delegates_in_a_circle_leave_it_with_the_approver(office: Office) -> None:
    other = office.workflow.add_user(display_name="Other")
    office.stand_in(office.workflow.approver_id, other, january(1))
    office.stand_in(other, office.workflow.approver_id, january(1))
    office.cross(HALF)
    office.deliver(HALF)
    assert office.list_told() == [("TAT_50", "Approver One", "sent")]


def test_one_who_has_left_is_not_told_but_their_manager_is(office: Office) -> None:
    chief = office.workflow.add_user(display_name="Chief")
    add_manager(office, is_active=False, reporting_manager_id=chief)
    office.workflow.update("users", "user_id", office.workflow.approver_id, {"is_active": False})
    office.cross(HALF)
    office.deliver(HALF)
    assert office.list_told() == [("TAT_50", "Chief", "sent")]


def test_managers_in_a_circle_end(office: Office) -> None:
    manager = add_manager(office, is_active=False)
    office.workflow.update(
        "users",
        "user_id",
        manager,
        {"reporting_manager_id": office.workflow.approver_id},
    )
    office.workflow.update("users", "user_id", office.workflow.approver_id, {"is_active": False})
    office.cross(HALF)
    office.deliver(HALF)
    assert office.list_told() == [("TAT_50", "Approver One", "suppressed")]
    assert office.list_reasons() == ["the receiver has left"]


def test_spectators_are_not_told(office: Office) -> None:
    level = office.cross(HALF)
    spectator = office.workflow.add_user(display_name="Spectator")
    office.workflow.insert(
        "participants",
        "participant_id",
        {
            "request_id": office.workflow.read_level(level)["request_id"],
            "user_id": spectator,
            "participant_type": "SPECTATOR",
        },
    )
    office.deliver(HALF)
    assert {told[1] for told in office.list_told()} == {"Approver One"}


def test_whoever_holds_the_level_when_it_goes_out_is_told(office: Office) -> None:
    office.set_channel("email", keeps_quiet_hours=True)
    level = office.cross(january(6, 19), priority="STANDARD")
    office.deliver(january(6, 19))
    assert office.list_told() == [("TAT_75", "Approver One", "queued")]
    other = office.workflow.add_user(display_name="Other")
    office.workflow.change_level(level, approver_id=other)
    office.engine.tick(january(6, 20))
    office.deliver(january(7, 9))
    office.deliver(january(7, 9))
    assert office.list_told() == [
        ("TAT_75", "Approver One", "suppressed"),
        ("TAT_75", "Other", "sent"),
    ]


def test_one_who_gets_a_level_back_before_it_went_out_is_told(office: Office) -> None:
    office.set_channel("email", keeps_quiet_hours=True)
    level = office.cross(january(6, 19))
    office.deliver(january(6, 19))
    other = office.workflow.add_user(display_name="Other")
    away, back = january(7, 9), january(7, 9, 30)
    office.workflow.change_level(level, approver_id=other)
    office.stand_in(other, office.workflow.approver_id, back)
    office.deliver(away)
    assert office.list_told() == [("TAT_75", "Approver One", "suppressed")]
    office.deliver(back)
    assert office.list_told() == [("TAT_75", "Approver One", "sent")]


def test_a_person_is_found_by_mail_or_key_and_never_guessed(office: Office) -> None:
    connection = office.workflow.connection
    approver = office.workflow.approver_id
    office.workflow.update("users", "user_id", approver, {"email": "One@example.com"})
    assert find_person(connection, "one@EXAMPLE.com")["user_id"] == approver
    assert find_person(connection, str(approver))["user_id"] == approver
    office.workflow.add_user(email="one@example.com")
    for person, words in (("one@example.com", "Several"), ("nobody@example.com", "Nobody")):
        with pytest.raises(RuleError, match=words):
            find_person(connection, person)


def test_a_delegation_is_added_and_ended_by_mail_address(office: Office) -> None:
    connection = office.workflow.connection
    office.workflow.update(
        "users", "user_id", office.workflow.approver_id, {"email": "one@example.com"}
    )
    office.workflow.add_user(email="two@example.com", display_name="Two")
    add_delegation(
        connection,
        "one@example.com",
        "two@example.com",
        starts_at=january(1),
        ends_at=None,
        reason="leave",
    )
    office.cross(HALF)
    office.deliver(HALF)
    assert office.list_told() == [("TAT_50", "Two", "sent")]
    assert end_delegations(connection, "one@example.com") == 1
    with pytest.raises(RuleError, match="somebody else"):
        add_delegation(
            connection,
            "one@example.com",
            "one@example.com",
            starts_at=None,
            ends_at=None,
            reason=None,
        )
