"""Random lives of levels: what an app could do over three weeks, with ticks now and then."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from tests.alerts.workflow import MICROSECOND, Engine, Workflow, january

STARTS_AT = january(5).astimezone(UTC)
ENDS_AT = january(26).astimezone(UTC)
TAT_HOURS = ("0.5", "2", "4.25", "9", "16", "18", "27.77", "40")


@dataclass(frozen=True)
class Life:
    """One cycle of a level, as the history itself remembers it."""

    starts_at: datetime
    ends_at: datetime | None = None


@dataclass
class History:
    """One history as it unfolds; every row it writes is stamped with its own present."""

    workflow: Workflow
    engine: Engine
    random: Random
    may_rewrite: bool
    present: datetime = STARTS_AT
    levels: list[UUID] = field(default_factory=list)
    open_levels: list[UUID] = field(default_factory=list)
    decided_levels: list[UUID] = field(default_factory=list)
    open_pauses: dict[UUID, UUID] = field(default_factory=dict)
    # Until when a level has a pause that was planned; it gets no other before.
    planned_until: dict[UUID, datetime] = field(default_factory=dict)
    lives: dict[UUID, list[Life]] = field(default_factory=lambda: defaultdict(list))
    # Since when each level's request has had which priority.
    priorities: dict[UUID, list[tuple[datetime, str]]] = field(default_factory=dict)
    drafted: set[UUID] = field(default_factory=set)

    def unfold(self, events: int) -> None:
        """Let `events` things happen, then tick until nothing is left."""
        for _ in range(events):
            self.pass_time((ENDS_AT - STARTS_AT) / events)
            self.random.choice(self.list_actions())()
        self.present = max(self.present, ENDS_AT)
        self.engine.catch_up(self.present)

    def pass_time(self, mean: timedelta) -> None:
        """Move the present on, mostly by odd microseconds and sometimes not at all."""
        if self.random.random() < 0.8:
            self.present += mean * self.random.expovariate(1)

    def edit(self) -> datetime:
        """Move on by a moment: a source that dates its changes dates two of a row differently."""
        self.present += MICROSECOND
        return self.present

    def list_actions(self) -> list[Callable[[], None]]:
        """Return what may happen next, the likelier ones more than once."""
        always = [self.tick] * 5 + [self.add_running] * 4 + [self.add_decided, self.add_waiting]
        if self.decided_levels:
            always += [self.reopen]
        if not self.open_levels:
            return always
        lives = [self.decide] * 3 + [self.pause] * 2 + [self.resume] * 2
        lives += [self.plan_pause, self.plan_end]
        ends = [self.reassign, self.skip, self.close_request, self.change_priority]
        edits = [self.edit_tat, self.declare_holiday, self.correct_start, self.restate_pause]
        return always + lives + ends + (edits if self.may_rewrite else [])

    def tick(self) -> None:
        """Tick in small batches, so that some work is left for later."""
        self.engine.tick(self.present, levels_per_tick=3, changes_per_tick=5)

    def choose(self) -> UUID:
        """Pick one of the open levels."""
        return self.random.choice(self.open_levels)

    def recently(self) -> datetime:
        """An instant of the last days."""
        return self.present - timedelta(hours=60) * self.random.random()

    def soon(self) -> datetime:
        """An instant of the next days."""
        return self.present + timedelta(hours=60) * self.random.random()

    def may_pause(self, level: UUID) -> bool:
        """Whether the level has no pause now or ahead."""
        is_free = self.planned_until.get(level, self.present) <= self.present
        return is_free and level not in self.open_pauses

    def add(self, **columns: Any) -> UUID:
        """Add a level with a TAT and a priority by chance."""
        priority = self.random.choice(["STANDARD", "STANDARD", "EXPRESS"])
        tat_hours = self.random.choice(TAT_HOURS)
        level = self.workflow.add_level(priority=priority, tat_hours=tat_hours, **columns)
        self.levels.append(level)
        self.priorities[level] = [(january(1), priority)]
        if columns["started_at"] is not None:
            ends_at = columns.get("level_end_time")
            self.lives[level].append(Life(columns["started_at"], ends_at))
        return level

    def end_life(self, level: UUID) -> None:
        """Note that the level's current cycle ends now."""
        self.lives[level][-1] = replace(self.lives[level][-1], ends_at=self.present)

    def add_running(self) -> None:
        """A level starts now, or arrives late."""
        started_at = self.random.choice([self.present, self.recently()])
        self.open_levels.append(self.add(started_at=started_at, updated_at=self.present))

    def add_decided(self) -> None:
        """A level arrives decided, some of them exactly on a round hour of work."""
        earlier, later = sorted([self.recently(), self.present])
        self.add(status="APPROVED", started_at=earlier, level_end_time=later)

    def add_waiting(self) -> None:
        """A level waits for its turn, for good."""
        self.add(status="PENDING", started_at=None)

    def decide(self) -> None:
        """A level is decided, paused or not."""
        level = self.choose()
        self.open_levels.remove(level)
        if level in self.open_pauses:
            self.workflow.resume(self.open_pauses.pop(level), self.present)
        self.workflow.decide(level, self.present, self.random.choice(["APPROVED", "REJECTED"]))
        self.decided_levels.append(level)
        self.end_life(level)

    def reopen(self) -> None:
        """A decided level is opened again, by an app that keeps its first start or renews it."""
        level = self.random.choice(self.decided_levels)
        self.edit()
        self.decided_levels.remove(level)
        self.open_levels.append(level)
        changes: dict[str, Any] = {"status": "IN_PROGRESS", "level_end_time": None}
        if self.random.random() < 0.5:
            changes |= {"tat_start_time": self.present, "level_start_time": self.present}
        self.workflow.change_level(level, updated_at=self.present, **changes)
        last = self.lives[level][-1]
        assert last.ends_at is not None
        self.lives[level][-1] = replace(last, ends_at=min(last.ends_at, self.present))
        self.lives[level].append(Life(self.present))

    def change_priority(self) -> None:
        """The request of a level in flight becomes urgent, or is so no longer."""
        level = self.choose()
        priority = self.random.choice(["STANDARD", "EXPRESS"])
        self.workflow.change_request(level, priority=priority, updated_at=self.edit())
        self.priorities[level].append((self.present, priority))

    def pause(self) -> None:
        """A running level is paused."""
        level = self.choose()
        if self.may_pause(level):
            self.open_pauses[level] = self.workflow.pause(level, self.present)

    def plan_pause(self) -> None:
        """A level is put on hold until a date, from now or from a later instant on."""
        level = self.choose()
        if self.may_pause(level):
            earlier, later = sorted([self.random.choice([self.present, self.soon()]), self.soon()])
            self.workflow.pause(level, earlier, later)
            self.planned_until[level] = later

    def plan_end(self) -> None:
        """A level is decided by a date that is still ahead."""
        level = self.choose()
        if level not in self.open_pauses:
            self.open_levels.remove(level)
            ends_at = self.soon()
            self.workflow.change_level(
                level, status="APPROVED", level_end_time=ends_at, updated_at=self.edit()
            )
            self.decided_levels.append(level)
            self.lives[level][-1] = replace(self.lives[level][-1], ends_at=ends_at)

    def resume(self) -> None:
        """A paused level runs again."""
        if self.open_pauses:
            level = self.random.choice(sorted(self.open_pauses))
            self.workflow.resume(self.open_pauses.pop(level), self.present)

    def reassign(self) -> None:
        """A level goes to someone else."""
        self.workflow.change_level(
            self.choose(), approver_id=self.workflow.add_user(), updated_at=self.edit()
        )

    def skip(self) -> None:
        """A level is skipped."""
        level = self.end()
        self.workflow.change_level(
            level,
            status="SKIPPED",
            is_skipped=True,
            skipped_at=self.present,
            updated_at=self.present,
        )

    def close_request(self) -> None:
        """The request is deleted, withdrawn or decided elsewhere."""
        changes: dict[str, Any] = self.random.choice(
            [{"is_deleted": True}, {"is_draft": True}, {"status": "CLOSED"}]
        )
        level = self.end()
        if "is_draft" in changes:
            self.drafted.add(level)
        self.workflow.change_request(level, updated_at=self.present, **changes)

    def end(self) -> UUID:
        """Pick a level that will have no more alerts."""
        level = self.choose()
        self.open_levels.remove(level)
        self.open_pauses.pop(level, None)
        self.end_life(level)
        return level

    def edit_tat(self) -> None:
        """Somebody grants more time, or less, decided or not."""
        level = self.random.choice(self.levels)
        self.workflow.change_level(level, tat_hours=self.random.choice(TAT_HOURS))

    def declare_holiday(self) -> None:
        """A day becomes a holiday, or one no longer is; past or future."""
        if self.random.random() < 0.3:
            self.workflow.connection.execute("delete from workflow.holidays")
        day = STARTS_AT.date() + timedelta(days=self.random.randrange(25))
        self.workflow.declare_holiday(day)

    def correct_start(self) -> None:
        """A start is corrected."""
        level = self.choose()
        if level not in self.open_pauses:
            self.workflow.change_level(level, tat_start_time=self.recently())

    def restate_pause(self) -> None:
        """A pause that nobody had noted is entered later."""
        earlier, later = sorted([self.recently(), self.recently()])
        # The database refuses one that overlaps another.
        with suppress(psycopg.errors.ExclusionViolation):
            self.workflow.pause(self.random.choice(self.levels), earlier, later)
