"""The way a request takes: who approves each of its levels, and in how many hours."""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator import vocabulary as words
from ingestion.simulator.people import EXECUTIVES, Staff
from ingestion.simulator.sampling import (
    Bools,
    Generator,
    Ints,
    choose,
    draw_below,
    draw_integers,
)
from ingestion.simulator.submissions import Requests

MAX_LEVELS = 5
STANDARD_HOURS = np.array([8, 16, 24, 48, 72], dtype=np.int64)
STANDARD_WEIGHTS = (20, 27, 30, 18, 5)
EXPRESS_HOURS = np.array([2, 4, 6, 8, 12, 16, 24], dtype=np.int64)
EXPRESS_WEIGHTS = (8, 18, 16, 22, 16, 10, 10)


@dataclass(frozen=True)
class Routes:
    """Arrays of requests x MAX_LEVELS; what lies past a request's own levels means nothing."""

    approver: Ints
    name: Ints
    hours: Ints
    exists: Bools


def draw_routes(rng: Generator, staff: Staff, requests: Requests) -> Routes:
    """Draw the levels of each request; no approver comes twice or approves what is their own."""
    approver, name = _propose_approvers(rng, staff, requests)
    _replace_repeated_approvers(rng, requests.initiator, approver, name)
    shape = approver.shape
    standard = STANDARD_HOURS[choose(rng, STANDARD_WEIGHTS, approver.size)].reshape(shape)
    express = EXPRESS_HOURS[choose(rng, EXPRESS_WEIGHTS, approver.size)].reshape(shape)
    return Routes(
        approver=approver,
        name=name,
        hours=np.where(requests.is_express[:, None], express, standard),
        exists=np.arange(MAX_LEVELS) < requests.levels[:, None],
    )


def _propose_approvers(rng: Generator, staff: Staff, requests: Requests) -> tuple[Ints, Ints]:
    """Return people and level names: manager, head, reviewer, compliance, executive."""
    count = len(requests)
    reviewers = [words.DEPARTMENTS.index(template.reviewer) for template in words.TEMPLATES]
    steps = [words.LEVEL_NAMES.index(template.step) for template in words.TEMPLATES]
    proposed = (
        (staff.manager[requests.initiator], words.REPORTING_MANAGER),
        (staff.head[requests.initiator], words.DEPARTMENT_HEAD),
        (_pick_reviewers(rng, staff, np.array(reviewers)[requests.template]), None),
        (_pick_reviewers(rng, staff, np.full(count, words.LEGAL)), words.COMPLIANCE),
        (draw_integers(rng, EXECUTIVES, count), words.EXECUTIVE),
    )
    names = [
        np.array(steps)[requests.template] if name is None else np.full(count, name)
        for _, name in proposed
    ]
    return np.stack([people for people, _ in proposed], axis=1), np.stack(names, axis=1)


def _pick_reviewers(rng: Generator, staff: Staff, department: Ints) -> Ints:
    """Pick one of each department's reviewers."""
    counts = np.array([len(group) for group in staff.reviewers])
    firsts = np.cumsum(counts) - counts
    everybody = np.concatenate(staff.reviewers)
    picked: Ints = everybody[firsts[department] + draw_below(rng, counts[department])]
    return picked


def _replace_repeated_approvers(
    rng: Generator, initiator: Ints, approver: Ints, name: Ints
) -> None:
    """Put an executive wherever the initiator or an earlier approver would approve again.

    At most four people precede a level and none of them may be a fifth executive, so trying all
    five executives always finds one that is free.
    """
    turn = draw_integers(rng, EXECUTIVES, len(initiator))
    for step in range(MAX_LEVELS):
        for attempt in range(EXECUTIVES):
            before = approver[:, :step] == approver[:, step : step + 1]
            repeated = before.any(axis=1) | (approver[:, step] == initiator)
            approver[repeated, step] = ((turn + attempt) % EXECUTIVES)[repeated]
            name[repeated, step] = words.EXECUTIVE
