"""Lives of levels replayed from source rows and the ledger: cycles, and segments of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from database.statements import Row
from orchestration.engine.reconciliation.source_rows import (
    CLOSED,
    DECIDED,
    has_run,
    is_cancelled,
    is_decided,
)

FOREVER = 2**62
ENDED = (*DECIDED, "SKIPPED")


@dataclass(frozen=True)
class Life:
    """One cycle of a level; `ends_at` is None while it runs.

    `has_run` is false for a level that waits for its turn, and for that of a draft.
    """

    cycle: int
    is_current: bool
    has_run: bool
    starts_at: int
    ends_at: int | None
    tat_hours: Decimal


def closes_cycle(change: Row) -> bool:
    """Whether a ledger row ends a cycle: sent back to wait, or opened after it was ended."""
    if change["old_started_at"] is None:
        return False
    before, after = change["old_status"], change["new_status"]
    if change["cause"] == "level":
        is_sent_back = after == "PENDING" and before != "PENDING"
        return is_sent_back or (after == "IN_PROGRESS" and before in ENDED)
    return change["cause"] == "request" and before in CLOSED and after in ("PENDING", "IN_PROGRESS")


def find_end(change: Row) -> int:
    """When the cycle that a ledger row closes had ended: as stated, unless it was opened before."""
    effective_at: int = change["effective_at"]
    stated = change["old_ended_at"]
    return effective_at if stated is None else min(stated, effective_at)


@dataclass
class Replay:
    """The ledger of one level, read from its beginning."""

    ended: list[Life] = field(default_factory=list)
    left_behind: Row | None = None
    opened_at: int | None = None

    def follow(self, change: Row) -> None:
        """Take one more row of the ledger."""
        is_level = change["cause"] == "level"
        if closes_cycle(change):
            self.left_behind = change
            if is_level and change["new_status"] == "PENDING":
                return
        elif not (is_level and change["old_status"] == "PENDING") or self.left_behind is None:
            return
        self.end_cycle(self.left_behind, change["effective_at"])
        self.left_behind = None

    def end_cycle(self, closing: Row, opened_at: int) -> None:
        """End a cycle; a request opened after its level closes one that has hardly begun."""
        starts_at = self.begin(closing["old_started_at"])
        ends_at = find_end(closing)
        if starts_at is None or (closing["cause"] == "request" and starts_at >= ends_at):
            return
        cycle = len(self.ended) + 1
        self.ended.append(Life(cycle, False, True, starts_at, ends_at, closing["old_tat_hours"]))
        self.opened_at = opened_at

    def begin(self, own_start: int | None) -> int | None:
        """The start of a cycle: the level's own where it is later than the cycle before."""
        if not self.ended:
            return own_start
        earlier_end = self.ended[-1].ends_at or 0
        return own_start if own_start is not None and own_start > earlier_end else self.opened_at


def list_lives(level: Row, ledger: Sequence[Row]) -> list[Life]:
    """Return the cycles of a level in order; none for a level that never started."""
    replay = Replay()
    if any(closes_cycle(change) for change in ledger):
        for change in ledger:
            replay.follow(change)
    own_start = level["started_at"]
    if own_start is None and replay.left_behind is not None:
        own_start = replay.left_behind["old_started_at"]
    starts_at = replay.begin(own_start)
    if starts_at is None:
        return replay.ended
    return [*replay.ended, build_current(level, len(replay.ended) + 1, starts_at)]


def build_current(level: Row, cycle: int, starts_at: int) -> Life:
    """The cycle that the source row itself tells of."""
    has_ended = is_cancelled(level) or is_decided(level)
    ends_at = level["ended_at"] if has_ended else None
    return Life(cycle, True, has_run(level), starts_at, ends_at, level["tat_hours"])


def list_cuts(
    life: Life, ledger: Sequence[Row], moves: Sequence[int], until: int
) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a life between the changes that may choose other rules.

    A change after `until` has not happened yet.
    """
    ends_at = FOREVER if life.ends_at is None else life.ends_at
    changes = [change["effective_at"] for change in ledger if is_switch(change)]
    inside = {at for at in [*changes, *moves] if life.starts_at < at < ends_at and at <= until}
    cuts = [life.starts_at, *sorted(inside)]
    yield from zip(cuts, [*cuts[1:], max(ends_at, life.starts_at)], strict=True)


def is_switch(change: Row) -> bool:
    """Whether a ledger row changed priority or approver."""
    return has_new_priority(change) or has_new_approver(change)


def has_new_priority(change: Row) -> bool:
    """Whether a ledger row changed the priority."""
    return change["old_priority"] is not None and change["old_priority"] != change["new_priority"]


def has_new_approver(change: Row) -> bool:
    """Whether a ledger row changed the approver."""
    before, after = change["old_approver_id"], change["new_approver_id"]
    return before is not None and after is not None and before != after


def look_back(level: Row, ledger: Sequence[Row], at: int) -> tuple[str, Any]:
    """Priority and approver at an instant: what the next change after it replaced."""
    later = sorted(
        (change for change in ledger if change["effective_at"] > at),
        key=lambda change: change["effective_at"],
    )
    priority = next((row["old_priority"] for row in later if has_new_priority(row)), None)
    approver = next((row["old_approver_id"] for row in later if has_new_approver(row)), None)
    return priority or level["priority"], approver or level["approver_id"]


def to_tat_us(tat_hours: Decimal, seconds_per_tat_hour: int) -> int:
    """TAT hours in microseconds."""
    exact = tat_hours * seconds_per_tat_hour * 1_000_000
    return int(exact.to_integral_value(ROUND_HALF_UP))


def to_threshold_us(percentage: Decimal, tat_us: int) -> int:
    """A percentage of a TAT in microseconds; crossing is strict, so fractions are cut off."""
    return int((percentage * tat_us / 100).to_integral_value(ROUND_FLOOR))
