"""One level's record beside what the rules make of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from database.statements import Row
from orchestration.engine.reconciliation.clock import to_datetime
from orchestration.engine.reconciliation.crossings import Expectation, expect_crossings
from orchestration.engine.reconciliation.lives import Life, list_lives
from orchestration.engine.reconciliation.rulebook import Rulebook

# What is wrong, worst first, and what is only told.
ERRORS = ("missing", "extra", "early", "misplaced", "doubled", "flag", "unaccounted")
NOTICES = ("changed since", "waiting")

Key = tuple[int, str]


@dataclass(frozen=True)
class Finding:
    """A difference between an alert and what it should be.

    `recorded_at` and `expected_at` are the instants of crossing; None where there is none.
    """

    kind: str
    level_id: UUID
    request_number: str
    cycle: int
    alert_type: str
    recorded_at: datetime | None
    expected_at: datetime | None
    detail: str

    @property
    def is_error(self) -> bool:
        """Whether the engine is at fault; a change since and a change that waits are no faults."""
        return self.kind in ERRORS


@dataclass(frozen=True)
class Instants:
    """Up to when crossings must be recorded, and up to when they may be."""

    required: int
    allowed: int


@dataclass(frozen=True)
class LevelRecord:
    """One level's rows: its own, its ledger, pauses and alerts, and whether changes wait."""

    level: Row
    ledger: Sequence[Row]
    pauses: Sequence[Row]
    alerts: Sequence[Row]
    is_waiting: bool


def compare_level(
    rules: Rulebook, record: LevelRecord, instants: Instants
) -> tuple[int, list[Finding]]:
    """Return how many crossings a level must have on record, and what differs."""
    lives = list_lives(record.level, record.ledger)
    expected = {
        life.cycle: expect_crossings(
            rules, record.level, life, record.ledger, record.pauses, instants.allowed
        )
        for life in lives
    }
    findings = [*find_faults(record, lives, expected, instants)]
    findings += find_damage(record, lives)
    if record.is_waiting:
        findings = [rename(finding, "waiting") for finding in findings]
    crossings = sum(
        crossed_at < instants.required
        for expectation in expected.values()
        for crossed_at in expectation.crossings.values()
    )
    return crossings, findings


def rename(finding: Finding, kind: str) -> Finding:
    """The same difference as another kind."""
    return Finding(**{**vars(finding), "kind": kind})


def find_faults(
    record: LevelRecord,
    lives: Sequence[Life],
    expected: Mapping[int, Expectation],
    instants: Instants,
) -> Iterator[Finding]:
    """Yield crossings without an alert, and alerts without their crossing."""
    alerts = {(alert["cycle"], alert["alert_type"]): alert for alert in record.alerts}
    for life in lives:
        for alert_type, crossed_at in expected[life.cycle].crossings.items():
            alert = alerts.get((life.cycle, alert_type))
            if alert is None:
                if crossed_at < instants.required and life.has_run:
                    yield build_finding(
                        "missing", record, (life.cycle, alert_type), None, crossed_at
                    )
            elif alert["crossed_at"] != crossed_at:
                yield check_alert(record, alert, expected[life.cycle], crossed_at)
            elif alert["sent_at"] < crossed_at:
                key = life.cycle, alert_type
                yield build_finding("early", record, key, alert["sent_at"], crossed_at)
    for (cycle, alert_type), alert in alerts.items():
        expectation = expected.get(cycle)
        if expectation is None:
            key = cycle, alert_type
            yield build_finding("extra", record, key, alert["crossed_at"], None, "no such cycle")
        elif alert_type not in expectation.crossings:
            yield check_alert(record, alert, expectation, None)


def check_alert(
    record: LevelRecord, alert: Row, expectation: Expectation, expected_at: int | None
) -> Finding:
    """An alert at another instant than expected: a fault unless what it rests on has changed.

    That must be dated: by a change of the source that the engine took in after it recorded the
    alert, or by a calendar's revision. An alert's own figures only say what differs.
    """
    differences = list_differences(alert, expectation)
    is_excused = differences and has_changed(record, alert, expectation)
    kind = "changed since" if is_excused else "extra" if expected_at is None else "misplaced"
    key = alert["cycle"], alert["alert_type"]
    return build_finding(
        kind, record, key, alert["crossed_at"], expected_at, ", ".join(differences)
    )


def has_changed(record: LevelRecord, alert: Row, expectation: Expectation) -> bool:
    """Whether what an alert rests on was changed after it was recorded."""
    if (record.level["changed_at"] or 0) > alert["recorded_at"]:
        return True
    basis, present = alert["basis"] or {}, expectation.basis
    if basis.get("calendar_id") != present["calendar_id"]:
        return False
    return bool(present["calendar_revision"] > basis["calendar_revision"])


def list_differences(alert: Row, expectation: Expectation) -> list[str]:
    """Say which figures an alert was computed on are others now."""
    basis, present = alert["basis"] or {}, expectation.basis
    compared = {
        "start corrected": (alert["started_at"], present["started_at"]),
        "threshold edited": (
            alert["percentage"],
            expectation.percentages.get(alert["alert_type"]),
        ),
        "TAT edited": (basis.get("budget_microseconds"), present["tat_us"]),
        "priority or approver changed": (basis.get("calendar_id"), present["calendar_id"]),
        "calendar changed": (basis.get("calendar_revision"), present["calendar_revision"]),
        "pauses changed": (basis.get("paused_microseconds"), present["paused"]),
        "changed calendar in flight": (
            (basis.get("carried_microseconds") or 0) > 0,
            present["segments"] > 1,
        ),
    }
    differences = [name for name, (before, now) in compared.items() if before != now]
    if present["ends_at"] is not None and present["ends_at"] <= alert["crossed_at"]:
        differences.append("ended before it was crossed")
    return differences


def find_damage(record: LevelRecord, lives: Sequence[Life]) -> Iterator[Finding]:
    """Yield alerts that are doubled or unaccounted for, and flags that differ from alerts."""
    counts = Counter((alert["cycle"], alert["alert_type"]) for alert in record.alerts)
    for key, count in counts.items():
        if count > 1:
            yield build_finding("doubled", record, key, None, None, f"{count} alerts")
    for alert in record.alerts:
        if alert["is_unaccounted"]:
            key = alert["cycle"], alert["alert_type"]
            detail = "neither queued nor said why not, or both"
            yield build_finding("unaccounted", record, key, alert["crossed_at"], None, detail)
    current = lives[-1].cycle if lives else 1
    sent = {alert_type for cycle, alert_type in counts if cycle == current}
    for alert_type in sorted(sent ^ set(record.level["flags"])):
        detail = "flag set without an alert" if alert_type not in sent else "flag not set"
        yield build_finding("flag", record, (current, alert_type), None, None, detail)


def build_finding(
    kind: str,
    record: LevelRecord,
    key: Key,
    recorded_at: int | None,
    expected_at: int | None,
    detail: str = "",
) -> Finding:
    """A finding about one alert of a level; instants in microseconds since the epoch."""
    cycle, alert_type = key
    return Finding(
        kind,
        record.level["level_id"],
        record.level["request_number"],
        cycle,
        alert_type,
        None if recorded_at is None else to_datetime(recorded_at),
        None if expected_at is None else to_datetime(expected_at),
        detail,
    )


def describe_kinds() -> dict[str, str]:
    """What each kind of finding means, for people."""
    meanings: dict[str, Any] = {
        "missing": "crossed, and no alert is recorded",
        "extra": "recorded, and never crossed",
        "early": "sent before it was crossed",
        "misplaced": "recorded with another instant of crossing",
        "doubled": "recorded more than once",
        "flag": "the level's flag differs from its alerts",
        "unaccounted": "neither queued for delivery nor said why not",
        "changed since": "recorded before a dated change of what it rests on",
        "waiting": "the level has changes that no tick has seen yet",
    }
    return meanings
