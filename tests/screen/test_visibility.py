"""Who may see which request."""

from uuid import UUID

import pytest

from database.connect import Database, connect
from database.statements import fetch
from tests.screen.browser import NOON, Browser, make_token

NUMBERS = ("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8")
# R5 is a draft, R6 deleted; R3, R4 and R7 have a level in progress.
MAY_SEE = {
    "the initiator, drafts too": ("a", "R1 R2 R4 R5 R7"),
    "an approver of any level": ("b", "R1 R2 R3 R4 R7"),
    "an approver whose turn comes later": ("c", "R1 R2 R3 R4"),
    "an initiator and spectator": ("d", "R1 R3"),
    "a spectator": ("e", "R1"),
    "the manager of who decides now": ("f0", "R4"),
    "a delegate of who decides now": ("f1", "R3 R7"),
    "a delegate whose time is over": ("f2", ""),
    "a spectator who has left": ("f3", ""),
    "a delegate of the manager": ("f4", "R4"),
    "a delegate of the delegate": ("f5", "R3 R7"),
    "nobody at all": ("dead", ""),
}


@pytest.mark.parametrize(("person", "expected"), MAY_SEE.values(), ids=list(MAY_SEE))
def test_a_person_sees_what_they_take_part_in_and_nothing_else(
    browser: Browser, person: str, expected: str
) -> None:
    token = make_token(person)
    answers = {
        number: browser.ask(f"/requests/{number}?token={token}").status for number in NUMBERS
    }
    seen = set(expected.split())
    assert answers == {number: 200 if number in seen else 404 for number in NUMBERS}


ASK_RULE = """
    select
        array(
            select workflow_requests.request_number
            from workflow.workflow_requests
            where tat.may_see_request(%(person)s, workflow_requests.request_id, %(at)s)
            order by workflow_requests.request_number
        ) as requests,
        array(select tat.list_represented(%(person)s, %(at)s)) as represented
"""


def test_the_rule_alone_says_the_same(peopled: Database) -> None:
    with connect(peopled, "tat_engine") as engine:
        for person, expected in MAY_SEE.values():
            user_id = UUID(f"{person:0>32}")
            (row,) = fetch(engine, ASK_RULE, {"person": user_id, "at": NOON})
            assert row["requests"] == expected.split()
            assert (user_id in row["represented"]) == (person not in ("f3", "dead"))


@pytest.mark.parametrize(("person", "expected"), MAY_SEE.values(), ids=list(MAY_SEE))
def test_a_queue_leads_to_nothing_that_may_not_be_seen(
    browser: Browser, person: str, expected: str
) -> None:
    queue = browser.ask(f"/queue?token={make_token(person)}")
    shown = {number for number in NUMBERS if f"/requests/{number}?" in queue.text}
    waiting = {"b": {"R3", "R7"}, "c": {"R4"}, "f1": {"R3", "R7"}, "f5": {"R3", "R7"}}
    assert shown == waiting.get(person, set())
    assert shown <= set(expected.split())
    assert queue.status == (404 if person in ("f3", "dead") else 200)


def test_not_allowed_and_not_there_answer_the_same(browser: Browser) -> None:
    token = make_token("e")
    paths = [
        f"/requests/R3?token={token}",
        f"/requests/R6?token={token}",
        f"/requests/R8?token={token}",
        "/requests/R3",
        "/queue",
        "/elsewhere",
    ]
    answers = [browser.ask(path) for path in paths]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    kept = [
        {name: value for name, value in answer.headers.items() if name != "date"}
        for answer in answers
    ]
    assert all(headers == kept[0] for headers in kept)
