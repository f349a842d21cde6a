"""When requests are written and handed in, by whom, and what about."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from ingestion.simulator import vocabulary as words
from ingestion.simulator.people import Staff
from ingestion.simulator.sampling import (
    Bools,
    Floats,
    Generator,
    Ints,
    Objects,
    choose,
    draw_integers,
    draw_uuids,
    flip,
)
from ingestion.simulator.timeline import DAY, HOUR, MINUTE, NEVER, Timeline

WEEKDAY_WEIGHTS = (1.15, 1.1, 1.0, 0.95, 0.8, 0.1, 0.05)
DAY_OFF_WEIGHT = 0.06
SHARE_EXPRESS = 0.3
SHARE_ABANDONED = 0.03
SHARE_DELETED = 0.015
LEVEL_COUNT_WEIGHTS = (10, 27, 36, 20, 7)


@dataclass(frozen=True)
class Requests:
    """One entry per request. Instants are microseconds since the epoch, NEVER where there is none.

    `horizon` is the last instant at which something can happen to the request: the end of the
    data or, where it was deleted, the deletion.
    """

    ids: Objects
    numbers: Objects
    created: Ints
    submitted: Ints
    horizon: Ints
    is_deleted: Bools
    is_express: Bools
    template: Ints
    initiator: Ints
    levels: Ints

    def __len__(self) -> int:
        return len(self.ids)


def draw_moments(rng: Generator, timeline: Timeline, count: int, first: int, last: int) -> Ints:
    """Draw `count` instants of first..last in the rhythm of office days, in order."""
    weights = _weigh_days(timeline, first, last)
    moments = np.empty(count, dtype=np.int64)
    missing = np.arange(count)
    while missing.size:
        day = choose(rng, weights, missing.size)
        drawn = timeline.midnights[day] + _draw_times_of_day(rng, missing.size)
        moments[missing] = drawn
        missing = missing[(drawn < first) | (drawn > last)]
    return np.sort(moments)


def number_requests(timeline: Timeline, created: Ints) -> Objects:
    """Number requests in the order of their creation: REQ-<local year>-<running number>."""
    rank = np.empty(len(created), dtype=np.int64)
    rank[np.argsort(created, kind="stable")] = np.arange(1, len(created) + 1)
    years = [timeline.dates[day].year for day in timeline.find_day(created)]
    numbers = [f"REQ-{year}-{number:06d}" for year, number in zip(years, rank, strict=True)]
    return np.array(numbers, dtype=object)


def draw_requests(
    rng: Generator, timeline: Timeline, staff: Staff, created: Ints, numbers: Objects, ends_at: int
) -> Requests:
    """Draw what these requests are about, and when each is submitted and deleted, if ever."""
    count = len(created)
    is_deleted = flip(rng, SHARE_DELETED, count)
    lifetime = np.minimum(ends_at - created, 10 * DAY)
    deleted = created + (rng.random(count) * lifetime).astype(np.int64)
    return Requests(
        ids=draw_uuids(rng, count),
        numbers=numbers,
        created=created,
        submitted=_draw_submissions(rng, timeline, created),
        horizon=np.where(is_deleted, deleted, ends_at),
        is_deleted=is_deleted,
        is_express=flip(rng, SHARE_EXPRESS, count),
        template=choose(rng, [template.weight for template in words.TEMPLATES], count),
        initiator=staff.initiators[draw_integers(rng, len(staff.initiators), count)],
        levels=1 + choose(rng, LEVEL_COUNT_WEIGHTS, count),
    )


def _weigh_days(timeline: Timeline, first: int, last: int) -> Floats:
    """Weigh each day of the timeline; business grows by a quarter from first to last."""
    growth = 1 + 0.25 * np.clip((timeline.midnights - first) / (last - first), 0, 1)
    weights = growth * [_weigh_day(day, timeline.days_off) for day in timeline.dates]
    outside = (timeline.midnights + DAY <= first) | (timeline.midnights > last)
    return np.where(outside, 0.0, weights)


def _weigh_day(day: date, days_off: frozenset[date]) -> float:
    return DAY_OFF_WEIGHT if day in days_off else WEEKDAY_WEIGHTS[day.weekday()]


def _draw_times_of_day(rng: Generator, count: int) -> Ints:
    """Draw microseconds since midnight: a morning and an afternoon peak, a few at any hour."""
    peak = choose(rng, (52, 44, 4), count)
    hours = np.choose(
        peak,
        [rng.normal(10.75, 0.9, count), rng.normal(15.25, 1.2, count), rng.uniform(0, 24, count)],
    )
    return np.mod((hours * HOUR).astype(np.int64), DAY)


def _draw_submissions(rng: Generator, timeline: Timeline, created: Ints) -> Ints:
    """Draw when each draft is handed in: minutes after it was begun, hours, or never."""
    count = len(created)
    minutes = rng.lognormal(np.log(14), 0.9, count)
    drafting = np.where(flip(rng, 0.08, count), rng.uniform(120, 1600, count), minutes)
    work = (drafting * MINUTE).astype(np.int64)
    submitted = np.where(timeline.is_open(created), timeline.advance(created, work), created + work)
    return np.where(flip(rng, SHARE_ABANDONED, count), NEVER, submitted)
