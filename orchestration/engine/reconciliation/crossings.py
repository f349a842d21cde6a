"""The crossings of one life: walked stretch by stretch, pauses cut out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from database.statements import Row
from orchestration.engine.reconciliation.clock import Span, cut
from orchestration.engine.reconciliation.lives import (
    FOREVER,
    Life,
    closes_cycle,
    find_end,
    is_switch,
    list_cuts,
    look_back,
    to_tat_us,
    to_threshold_us,
)
from orchestration.engine.reconciliation.rulebook import Policy, Rulebook


@dataclass(frozen=True)
class Segment:
    """A stretch of a life on one policy and calendar."""

    starts_at: int
    ends_at: int
    policy: Policy
    calendar_id: int


@dataclass(frozen=True)
class Expectation:
    """What the rules make of one life: its crossings by alert type, and what they rest on."""

    crossings: Mapping[str, int]
    percentages: Mapping[str, Decimal]
    basis: Mapping[str, Any]


def expect_crossings(
    rules: Rulebook,
    level: Row,
    life: Life,
    ledger: Sequence[Row],
    pauses: Sequence[Row],
    until: int,
) -> Expectation:
    """Find what a life crosses up to its end or `until`."""
    segments = list_segments(rules, level, life, ledger, until)
    last = segments[-1]
    tat_us = to_tat_us(life.tat_hours, last.policy.seconds_per_tat_hour)
    held = list_held(pauses, ledger)
    crossings = {}
    for alert_type, percentage in last.policy.percentages.items():
        crossed_at = find_crossing(
            rules, segments, held, to_threshold_us(percentage, tat_us), until
        )
        if crossed_at is not None:
            crossings[alert_type] = crossed_at
    basis = {
        "started_at": life.starts_at,
        "ends_at": life.ends_at,
        "tat_us": tat_us,
        "calendar_id": last.calendar_id,
        "calendar_revision": rules.revisions[last.calendar_id],
        "segments": len(segments),
        "paused": measure_paused(rules, last, held, until),
    }
    return Expectation(crossings, last.policy.percentages, basis)


def list_held(pauses: Sequence[Row], ledger: Sequence[Row]) -> list[Span]:
    """Pauses as they count: one that nobody ended lasts to the end of the cycle it began in."""
    ends = [find_end(change) for change in ledger if closes_cycle(change)]
    held = []
    for pause in pauses:
        resumed_at = pause["resumed_at"]
        if resumed_at is None:
            resumed_at = min((end for end in ends if end >= pause["paused_at"]), default=FOREVER)
        held.append((pause["paused_at"], resumed_at))
    return held


def list_segments(
    rules: Rulebook, level: Row, life: Life, ledger: Sequence[Row], until: int
) -> list[Segment]:
    """Return the stretches of a life on one policy and calendar each, at least one."""
    if not rules.moves and not any(is_switch(change) for change in ledger):
        ends_at = FOREVER if life.ends_at is None else max(life.ends_at, life.starts_at)
        stretches: Sequence[Span] = [(life.starts_at, ends_at)]
    else:
        stretches = list(list_cuts(life, ledger, list_moves(rules, level, ledger), until))
    segments: list[Segment] = []
    for starts_at, ends_at in stretches:
        policy, calendar_id = choose_rules(rules, level, ledger, starts_at)
        if segments and (segments[-1].policy, segments[-1].calendar_id) == (policy, calendar_id):
            starts_at = segments.pop().starts_at
        segments.append(Segment(starts_at, ends_at, policy, calendar_id))
    return segments


def list_moves(rules: Rulebook, level: Row, ledger: Sequence[Row]) -> list[int]:
    """When those who asked for or held the level moved."""
    people = {level["initiator_id"], level["approver_id"]}
    people |= {change["old_approver_id"] for change in ledger if is_switch(change)}
    return [move.effective_at for person in people for move in rules.moves.get(person, ())]


def choose_rules(rules: Rulebook, level: Row, ledger: Sequence[Row], at: int) -> tuple[Policy, int]:
    """The policy and calendar of a level at an instant."""
    priority, approver_id = look_back(level, ledger, at)
    department, _ = rules.find_place(level["initiator_id"], at)
    policy = rules.find_policy(priority, department)
    place = rules.find_place(approver_id, at)
    return policy, rules.find_calendar(policy.calendar_id, place)


def find_crossing(
    rules: Rulebook,
    segments: Sequence[Segment],
    held: Sequence[Span],
    threshold_us: int,
    until: int,
) -> int | None:
    """Find the last instant at which no more than `threshold_us` has elapsed; None: never.

    Microseconds of the last segment's TAT hours are counted; elapsed time of an earlier one counts
    in TAT hours too.
    """
    unit = segments[-1].policy.seconds_per_tat_hour
    elapsed_hours = Fraction(0)
    for segment in segments:
        seconds = segment.policy.seconds_per_tat_hour
        own_us = threshold_us * seconds // unit
        elapsed = int(elapsed_hours * seconds)
        clock = rules.clocks[segment.calendar_id]
        begun = elapsed
        for starts_at, ends_at in list_stretches(segment, held, until):
            run = clock.read(ends_at) - clock.read(starts_at)
            if elapsed + run > own_us:
                return clock.find_last(clock.read(starts_at) + own_us - elapsed)
            elapsed += run
        elapsed_hours += Fraction(elapsed - begun, seconds)
    return None


def list_stretches(segment: Segment, held: Sequence[Span], until: int) -> Iterator[Span]:
    """Yield when the level ran in a segment, up to an instant."""
    yield from cut((segment.starts_at, min(segment.ends_at, until)), held)


def measure_paused(rules: Rulebook, segment: Segment, held: Sequence[Span], until: int) -> int:
    """Working time that pauses took from a segment."""
    if not held:
        return 0
    clock = rules.clocks[segment.calendar_id]
    ends_at = max(min(segment.ends_at, until), segment.starts_at)
    whole = clock.read(ends_at) - clock.read(segment.starts_at)
    run = sum(
        clock.read(stretch[1]) - clock.read(stretch[0])
        for stretch in list_stretches(segment, held, until)
    )
    return whole - run
