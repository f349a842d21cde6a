"""The levels of a case: which activities begin, pause, resume and end each, by the rules."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, get_args

from ingestion.event_logs.events import Event
from ingestion.event_logs.model import EventLogMapping, LevelRule, compile_patterns

Role = Literal["started", "approved", "rejected", "skipped", "paused", "resumed"]
ENDS: dict[Role, str] = {"approved": "APPROVED", "rejected": "REJECTED", "skipped": "SKIPPED"}


@dataclass
class Level:
    """A level as its events tell it; `place` is that of the event that it began with."""

    rule: LevelRule
    place: int
    started_at: datetime
    approver: str | None
    status: str = "IN_PROGRESS"
    ended_at: datetime | None = None
    is_final: bool = False
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    @property
    def updated_at(self) -> datetime:
        """The last time that something happened to it."""
        paused = [at for pause in self.pauses for at in pause if at is not None]
        return self.ended_at or max([self.started_at, *paused])


@dataclass(frozen=True)
class Matcher:
    """A rule with the expressions of its activities."""

    rule: LevelRule
    roles: dict[Role, re.Pattern[str]]
    final: re.Pattern[str] | None

    def find_role(self, activity: str) -> Role | None:
        """Return what an activity does to the level, or None."""
        return next(
            (role for role, pattern in self.roles.items() if pattern.fullmatch(activity)), None
        )


def build_matchers(mapping: EventLogMapping) -> list[Matcher]:
    """Compile the rules of a mapping."""
    return [build_matcher(rule) for rule in mapping.levels]


def build_matcher(rule: LevelRule) -> Matcher:
    """Compile one rule."""
    compiled = {role: compile_patterns(getattr(rule, role)) for role in get_args(Role)}
    roles = {role: pattern for role, pattern in compiled.items() if pattern is not None}
    return Matcher(rule, roles, compile_patterns(rule.final))


@dataclass
class CaseLevels:
    """The levels of one case, as its events are taken one after the other."""

    matchers: Sequence[Matcher]
    shortest: timedelta
    levels: list[Level] = field(default_factory=list)
    open: dict[str, Level] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def take(self, events: list[Event], place: int) -> Role | None:
        """Take the event at a place; return what it did to a level, or None."""
        event = events[place]
        for matcher in self.matchers:
            role = matcher.find_role(event.activity)
            if role is not None:
                self.apply(matcher, role, events, place)
                return role
        return None

    def apply(self, matcher: Matcher, role: Role, events: list[Event], place: int) -> None:
        """Begin, pause, resume or end the level of a rule."""
        event, name = events[place], matcher.rule.name
        level = self.open.get(name)
        if role in ENDS:
            self.end(matcher, role, events, place)
        elif role == "started" and level is None:
            self.open[name] = Level(matcher.rule, place, event.happened_at, event.resource)
        elif role == "paused" and level is not None and not is_paused(level):
            level.pauses.append((event.happened_at, None))
        elif role == "resumed" and level is not None and is_paused(level):
            level.pauses[-1] = (level.pauses[-1][0], event.happened_at)

    def end(self, matcher: Matcher, role: Role, events: list[Event], place: int) -> None:
        """End a level: the one that began, or one that began with the event before."""
        event = events[place]
        level = self.open.pop(matcher.rule.name, None)
        if level is None and place == 0:
            self.left_out["levels that nothing comes before"] += 1
            return
        if level is None:
            level = Level(matcher.rule, place - 1, events[place - 1].happened_at, None)
        if event.happened_at - level.started_at < self.shortest:
            self.left_out["levels shorter than shortest_level_seconds"] += 1
            return
        level.status = ENDS[role]
        level.ended_at = event.happened_at
        level.approver = event.resource or level.approver
        level.is_final = bool(matcher.final and matcher.final.fullmatch(event.activity))
        if is_paused(level):
            level.pauses[-1] = (level.pauses[-1][0], event.happened_at)
        self.levels.append(level)

    def list_levels(self) -> list[Level]:
        """All levels, in the order in which they began; those that nothing ended are running."""
        return sorted([*self.levels, *self.open.values()], key=lambda level: level.place)


def is_paused(level: Level) -> bool:
    """Whether a pause of the level has not ended."""
    return bool(level.pauses) and level.pauses[-1][1] is None
