"""What becomes of each request: when its levels start and end, and how they are decided."""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator.people import Staff
from ingestion.simulator.routes import MAX_LEVELS, Routes
from ingestion.simulator.sampling import Bools, Floats, Generator, Ints, choose, flip
from ingestion.simulator.submissions import Requests
from ingestion.simulator.timeline import DAY, HOUR, MINUTE, NEVER, Timeline

PENDING, IN_PROGRESS, APPROVED, REJECTED, SKIPPED = range(5)

STANDARD_MEDIAN = 0.38
EXPRESS_MEDIAN = 0.26
SPREAD = 0.75
SHARE_REJECTED = 0.04
SHARE_SKIPPED = 0.012
SHARE_PAUSED = 0.03
SHARE_CLOSED = 0.45

# How a decision relates to its deadline: drawn freely, minutes before, minutes after, on the dot.
FREE, JUST_BEFORE, JUST_AFTER, ON_THE_DOT = range(4)
TIMING_WEIGHTS = (94, 3.5, 1.5, 1)


@dataclass(frozen=True)
class Lives:
    """Arrays of requests x MAX_LEVELS (`closed`: one per request), the future included.

    Instants are microseconds since the epoch, NEVER for what does not happen; `outcome` is
    APPROVED, REJECTED or SKIPPED and counts once the level has ended.
    """

    started: Ints
    ended: Ints
    paused: Ints
    resumed: Ints
    outcome: Ints
    closed: Ints


@dataclass(frozen=True)
class Turn:
    """The levels that start next, one per request that goes on: instants and microseconds."""

    start: Ints
    tat: Ints
    is_express: Bools
    is_last: Bools
    pace: Floats
    strictness: Floats


def simulate_lives(
    rng: Generator, timeline: Timeline, staff: Staff, requests: Requests, routes: Routes
) -> Lives:
    """Let each request run through its levels until it is rejected or through."""
    lives = start_lives(len(requests))
    start = requests.submitted.copy()
    for step in range(MAX_LEVELS):
        going = np.flatnonzero((start < NEVER) & routes.exists[:, step])
        turn = _take_turn(staff, requests, routes, going, step, start[going])
        lives.started[going, step] = turn.start
        _decide_levels(rng, timeline, turn, lives, going, step)
        stopped = lives.outcome[:, step] == REJECTED
        start = np.where(stopped, NEVER, lives.ended[:, step])
    _close_requests(rng, timeline, requests, lives)
    return lives


def start_lives(count: int) -> Lives:
    """Return the lives of `count` requests to which nothing has happened."""
    shape = (count, MAX_LEVELS)
    started, ended, paused, resumed = (np.full(shape, NEVER, dtype=np.int64) for _ in range(4))
    return Lives(
        started=started,
        ended=ended,
        paused=paused,
        resumed=resumed,
        outcome=np.full(shape, APPROVED, dtype=np.int64),
        closed=np.full(count, NEVER, dtype=np.int64),
    )


def find_decision(lives: Lives, levels: Ints) -> Ints:
    """Return when each request is decided for good: rejected, or through its last level."""
    row = np.arange(len(levels))
    rejected = np.where(lives.outcome == REJECTED, lives.ended, NEVER).min(axis=1)
    decided: Ints = np.minimum(rejected, lives.ended[row, levels - 1])
    return decided


def _take_turn(
    staff: Staff, requests: Requests, routes: Routes, going: Ints, step: int, start: Ints
) -> Turn:
    approver = routes.approver[going, step]
    return Turn(
        start=start,
        tat=routes.hours[going, step] * HOUR,
        is_express=requests.is_express[going],
        is_last=requests.levels[going] == step + 1,
        pace=staff.pace[approver],
        strictness=staff.strictness[approver],
    )


def _decide_levels(
    rng: Generator, timeline: Timeline, turn: Turn, lives: Lives, going: Ints, step: int
) -> None:
    """Draw end, outcome and pause of each level of the turn."""
    count = len(going)
    budget = _draw_budgets(rng, turn)
    before_pause = (rng.uniform(0.1, 0.9, count) * budget).astype(np.int64)
    pause = (rng.lognormal(np.log(18), 0.8, count) * HOUR).astype(np.int64)
    pause[~flip(rng, SHARE_PAUSED, count)] = 0
    ended = _elapse(timeline, turn, budget + pause)
    ended = _shift_to_waking_hours(rng, timeline, turn, ended, is_fixed=budget == turn.tat)
    lives.ended[going, step] = ended
    lives.outcome[going, step] = _draw_outcomes(rng, turn)
    halted = pause > 0
    paused = _elapse(timeline, turn, before_pause)
    resumed = _elapse(timeline, turn, before_pause + pause)
    lives.paused[going[halted], step] = paused[halted]
    lives.resumed[going[halted], step] = resumed[halted]


def _elapse(timeline: Timeline, turn: Turn, work: Ints) -> Ints:
    """Return the instant at which `work` has run on each level's own clock."""
    return np.where(turn.is_express, turn.start + work, timeline.advance(turn.start, work))


def _draw_budgets(rng: Generator, turn: Turn) -> Ints:
    """Draw the microseconds of its clock that each level takes."""
    count = len(turn.start)
    median = np.where(turn.is_express, EXPRESS_MEDIAN, STANDARD_MEDIAN) * turn.pace
    share = np.clip(median * rng.lognormal(0, SPREAD, count), 0.004, 4)
    minutes_off = (rng.exponential(6 * MINUTE, count)).astype(np.int64) + 1
    timing = choose(rng, TIMING_WEIGHTS, count)
    free = (share * turn.tat).astype(np.int64)
    return np.choose(timing, [free, turn.tat - minutes_off, turn.tat + minutes_off, turn.tat])


def _draw_outcomes(rng: Generator, turn: Turn) -> Ints:
    count = len(turn.start)
    outcome = np.where(flip(rng, SHARE_REJECTED * turn.strictness, count), REJECTED, APPROVED)
    skipped = flip(rng, SHARE_SKIPPED, count) & ~turn.is_last
    return np.where(skipped, SKIPPED, outcome)


def _shift_to_waking_hours(
    rng: Generator, timeline: Timeline, turn: Turn, ended: Ints, is_fixed: Bools
) -> Ints:
    """Move express decisions out of the night, mostly, and some late ones into the evening."""
    count = len(ended)
    day, time_of_day = timeline.find_day(ended), timeline.read_time_of_day(ended)
    is_night = (time_of_day < 7 * HOUR) | (time_of_day >= 23 * HOUR)
    asleep = turn.is_express & is_night & flip(rng, 0.6, count) & ~is_fixed
    waking_day = np.minimum(day + (time_of_day >= 23 * HOUR), len(timeline.dates) - 1)
    morning = timeline.midnights[waking_day] + rng.integers(7 * HOUR, 19 * HOUR // 2, count)
    close = timeline.find_close(ended)
    is_late = timeline.is_open(ended) & (close - ended < 90 * MINUTE)
    working_late = ~turn.is_express & is_late & flip(rng, 0.35, count) & ~is_fixed
    overtime = np.minimum(rng.exponential(1.2 * HOUR, count), 4 * HOUR).astype(np.int64)
    return np.where(asleep, morning, np.where(working_late, close + overtime, ended))


def _close_requests(rng: Generator, timeline: Timeline, requests: Requests, lives: Lives) -> None:
    """Let some initiators conclude their request, hours to days after its decision."""
    decided = find_decision(lives, requests.levels)
    concluded = np.flatnonzero((decided < NEVER) & flip(rng, SHARE_CLOSED, len(requests)))
    wait = rng.lognormal(np.log(10 * HOUR), 0.8, len(concluded))
    waited = np.minimum(wait, 10 * DAY).astype(np.int64)
    lives.closed[concluded] = timeline.advance(decided[concluded], waited)
