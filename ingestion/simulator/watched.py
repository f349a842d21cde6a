"""Requests whose open level crosses a threshold about the end of the data, at whatever hour.

A business clock stands still at night and on weekends, so these are express requests, which run
around the clock. Each is told backwards from the instant its threshold is to be crossed.
"""

from dataclasses import replace

import numpy as np

from ingestion.simulator.lives import Lives, start_lives
from ingestion.simulator.people import Staff
from ingestion.simulator.routes import Routes, draw_routes
from ingestion.simulator.sampling import Generator, Ints, choose, draw_below
from ingestion.simulator.submissions import Requests, draw_requests
from ingestion.simulator.timeline import HOUR, MINUTE, NEVER, Timeline

THRESHOLDS = np.array([50, 75, 100], dtype=np.int64)
THRESHOLD_WEIGHTS = (40, 30, 30)
SHARE_OF_REQUESTS = 5
MAX_EARLIER_LEVELS = 2


def plan_crossings(requests: int) -> list[int]:
    """List the minutes, counted from the end of the data, in which a crossing is to fall.

    Three in each of the next ten minutes, then one in most minutes of the hour, and one in each
    of the last eight. Of few requests at most one in SHARE_OF_REQUESTS is spent on this, the
    nearest minutes first.
    """
    soon, later, past = list(range(10)), list(range(10, 60)), list(range(-8, 0))
    slots = soon + past + later[::5] + soon + later[2::5] + soon + later[1::5] + later[3::5]
    return slots[: requests // SHARE_OF_REQUESTS]


def tell_watched_requests(
    rng: Generator, timeline: Timeline, staff: Staff, minutes: list[int], ends_at: int
) -> tuple[Requests, Routes, Lives]:
    """Make one request per planned minute, with its route and its life up to the open level."""
    count = len(minutes)
    at_end = np.full(count, ends_at, dtype=np.int64)
    drawn = draw_requests(rng, timeline, staff, at_end, np.empty(count, dtype=object), ends_at)
    everything = np.ones(count, dtype=np.bool_)
    requests = replace(drawn, horizon=at_end, is_deleted=~everything, is_express=everything)
    routes = draw_routes(rng, staff, requests)
    crossing = ends_at + np.array(minutes, dtype=np.int64) * MINUTE
    crossing += rng.integers(0, MINUTE, count)
    lives = _tell_backwards(rng, requests, routes, crossing)
    submitted = lives.started[:, 0]
    drafting = (rng.lognormal(np.log(14), 0.6, count) * MINUTE).astype(np.int64)
    return replace(requests, submitted=submitted, created=submitted - drafting), routes, lives


def _tell_backwards(rng: Generator, requests: Requests, routes: Routes, crossing: Ints) -> Lives:
    """Start the open level so that it crosses at `crossing`; the levels before it were in time."""
    count = len(requests)
    lives = start_lives(count)
    earlier = draw_below(rng, np.minimum(requests.levels, MAX_EARLIER_LEVELS + 1))
    percent = THRESHOLDS[choose(rng, THRESHOLD_WEIGHTS, count)]
    tat = routes.hours * HOUR
    start = crossing - tat[np.arange(count), earlier] * percent // 100
    end = np.full(count, NEVER, dtype=np.int64)
    for step in range(MAX_EARLIER_LEVELS, -1, -1):
        told = earlier >= step
        lives.started[told, step] = start[told]
        lives.ended[told, step] = end[told]
        end = np.where(told, start, end)
        taken = (rng.uniform(0.1, 0.9, count) * tat[:, step - 1]).astype(np.int64)
        start = np.where(told, start - taken, start)
    return lives
