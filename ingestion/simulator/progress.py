"""How far each request has come at the end of the data."""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator.lives import (
    IN_PROGRESS,
    PENDING,
    REJECTED,
    Lives,
    find_decision,
)
from ingestion.simulator.people import Staff
from ingestion.simulator.routes import Routes
from ingestion.simulator.sampling import Bools, Ints
from ingestion.simulator.submissions import Requests
from ingestion.simulator.timeline import DAY, NEVER, Timeline

REQUEST_STATUSES = ("DRAFT", "PENDING", "IN_PROGRESS", "APPROVED", "REJECTED", "CLOSED")
LEVEL_STATUSES = ("PENDING", "IN_PROGRESS", "APPROVED", "REJECTED", "SKIPPED")


@dataclass(frozen=True)
class Progress:
    """The state of each request, and of its levels (requests x MAX_LEVELS), at its horizon.

    All instants lie at or before the horizon or are NEVER. `quiet` is the last instant at which
    somebody still writes a note or uploads a document.
    """

    started: Ints
    ended: Ints
    paused: Ints
    resumed: Ints
    level_status: Ints
    status: Ints
    current_level: Ints
    submitted: Ints
    decided: Ints
    closed: Ints
    updated: Ints
    quiet: Ints
    is_draft: Bools


@dataclass(frozen=True)
class Story:
    """Some requests of a company as they stand: all that their rows are written from."""

    timeline: Timeline
    staff: Staff
    requests: Requests
    routes: Routes
    progress: Progress


def cut_lives(requests: Requests, routes: Routes, lives: Lives) -> Progress:
    """Forget what happens after each request's horizon, and name the state that leaves."""
    horizon = requests.horizon
    started, ended = _cut(lives.started, horizon), _cut(lives.ended, horizon)
    submitted = _cut(requests.submitted, horizon)
    decided = _cut(find_decision(lives, requests.levels), horizon)
    closed = _cut(lives.closed, horizon)
    undecided = np.where(started < NEVER, IN_PROGRESS, PENDING)
    level_status = np.where(ended < NEVER, lives.outcome, undecided)
    current = np.where(routes.exists & (started < NEVER), np.arange(1, started.shape[1] + 1), 1)
    current_level = current.max(axis=1)
    is_draft = submitted == NEVER
    return Progress(
        started=started,
        ended=ended,
        paused=_cut(lives.paused, horizon),
        resumed=_cut(lives.resumed, horizon),
        level_status=level_status,
        status=_name_status(is_draft, decided, closed, current_level, level_status),
        current_level=current_level,
        submitted=submitted,
        decided=decided,
        closed=closed,
        updated=_find_last_change(requests, started, ended, closed),
        quiet=_find_quiet(requests, is_draft, decided),
        is_draft=is_draft,
    )


def _cut(at: Ints, horizon: Ints) -> Ints:
    limit = horizon if at.ndim == 1 else horizon[:, None]
    return np.where(at <= limit, at, NEVER)


def _name_status(
    is_draft: Bools, decided: Ints, closed: Ints, current_level: Ints, level_status: Ints
) -> Ints:
    """Return codes into REQUEST_STATUSES."""
    rejected = (level_status == REJECTED).any(axis=1)
    conditions = [is_draft, closed < NEVER, rejected, decided < NEVER, current_level > 1]
    names = ["DRAFT", "CLOSED", "REJECTED", "APPROVED", "IN_PROGRESS"]
    codes = [REQUEST_STATUSES.index(name) for name in names]
    return np.select(conditions, codes, REQUEST_STATUSES.index("PENDING"))


def _find_last_change(requests: Requests, started: Ints, ended: Ints, closed: Ints) -> Ints:
    """Return when each request was last changed: its last step, its conclusion or its deletion."""
    steps = np.concatenate([started, ended, closed[:, None], requests.created[:, None]], axis=1)
    last = np.where(steps < NEVER, steps, requests.created[:, None]).max(axis=1)
    return np.where(requests.is_deleted, requests.horizon, last)


def _find_quiet(requests: Requests, is_draft: Bools, decided: Ints) -> Ints:
    last = np.where(is_draft, requests.created, np.minimum(decided, requests.horizon))
    quiet: Ints = np.minimum(last + DAY, requests.horizon)
    return quiet
