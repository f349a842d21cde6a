"""Random lives of levels: what an app could do over three weeks, with ticks now and then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.alerts.workflow import Engine, Workflow, january

STARTS_AT = january(5).astimezone(UTC)
ENDS_AT = january(26).astimezone(UTC)
TAT_HOURS = ("0.5", "2", "4.25", "9", "16", "18", "27.77", "40")


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
    open_pauses: dict[UUID, UUID] = field(default_factory=dict)
    cancelled: set[UUID] = field(default_factory=set)

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

    def list_actions(self) -> list[Callable[[], None]]:
        """Return what may happen next, the likelier ones more than once."""
        always = [self.tick] * 5 + [self.add_running] * 4 + [self.add_decided, self.add_waiting]
        if not self.open_levels:
            return always
        lives = [self.decide] * 3 + [self.pause] * 2 + [self.resume] * 2
        ends = [self.reassign, self.skip, self.close_request]
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

    def add(self, **columns: Any) -> UUID:
        """Add a level with a TAT and a priority by chance."""
        priority = self.random.choice(["STANDARD", "STANDARD", "EXPRESS"])
        tat_hours = self.random.choice(TAT_HOURS)
        level = self.workflow.add_level(priority=priority, tat_hours=tat_hours, **columns)
        self.levels.append(level)
        return level

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

    def pause(self) -> None:
        """A running level is paused."""
        level = self.choose()
        if level not in self.open_pauses:
            self.open_pauses[level] = self.workflow.pause(level, self.present)

    def resume(self) -> None:
        """A paused level runs again."""
        if self.open_pauses:
            level = self.random.choice(sorted(self.open_pauses))
            self.workflow.resume(self.open_pauses.pop(level), self.present)

    def reassign(self) -> None:
        """A level goes to someone else."""
        self.workflow.change_level(self.choose(), approver_id=self.workflow.add_user())

    def skip(self) -> None:
        """A level is skipped."""
        level = self.end()
        self.workflow.change_level(
            level, status="SKIPPED", is_skipped=True, skipped_at=self.present
        )

    def close_request(self) -> None:
        """The request is deleted, withdrawn or decided elsewhere."""
        changes: dict[str, Any] = self.random.choice(
            [{"is_deleted": True}, {"is_draft": True}, {"status": "CLOSED"}]
        )
        self.workflow.change_request(self.end(), updated_at=self.present, **changes)

    def end(self) -> UUID:
        """Pick a level that will have no more alerts."""
        level = self.choose()
        self.open_levels.remove(level)
        self.open_pauses.pop(level, None)
        self.cancelled.add(level)
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
        self.workflow.pause(self.random.choice(self.levels), earlier, later)
