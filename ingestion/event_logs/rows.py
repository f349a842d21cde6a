"""The rows of the contract that one case gives."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ingestion.event_logs.events import Event
from ingestion.event_logs.levels import Level, Role
from ingestion.event_logs.model import EventLogMapping, LogValue

Row = dict[str, Any]

# Who stands for people whom a log does not name.
NOBODY = "nobody"
DECIDED = ("APPROVED", "REJECTED", "CLOSED")
ACTIVITY_TYPES: dict[Role, str] = {
    "started": "assignment",
    "approved": "approval",
    "rejected": "rejection",
    "skipped": "skipped",
    "paused": "paused",
    "resumed": "resumed",
}


def write_time(at: datetime | None) -> str:
    """Write an instant as the contract takes it; none is empty."""
    return at.astimezone(UTC).isoformat() if at is not None else ""


def read_value(value: LogValue | None, events: list[Event]) -> str | None:
    """Return the first text that a case's events have for a value."""
    if value is None:
        return None
    for event in events:
        text = value.read(event.attributes)
        if text is not None:
            return text
    return None


def find_initiator(events: list[Event]) -> str:
    """The first person of a case."""
    return next((event.resource for event in events if event.resource), NOBODY)


def build_request(
    mapping: EventLogMapping,
    case: str,
    events: list[Event],
    levels: list[Level],
    submitted_at: datetime | None,
    decision: tuple[str, datetime] | None,
) -> Row:
    """The request of a case; `decision` is the status that its last known activity gave."""
    rules = mapping.requests
    number = read_value(rules.number, events) or case
    running = "IN_PROGRESS" if submitted_at else "DRAFT"
    status, decided_at = decision or (running, None)
    return {
        "request_id": case,
        "request_number": number,
        "initiator_id": find_initiator(events),
        "template_type": read_value(rules.template, events) or "",
        "title": read_value(rules.title, events) or number,
        "description": read_value(rules.description, events) or "",
        "priority": read_value(rules.priority, events) or "STANDARD",
        "status": status,
        "current_level": len(levels) or "",
        "total_levels": len(levels) or "",
        "total_tat_hours": sum(level.rule.tat_hours for level in levels) or "",
        "submission_date": write_time(submitted_at),
        "closure_date": write_time(decided_at) if status in DECIDED else "",
        "is_draft": "true" if status == "DRAFT" else "false",
        "created_at": write_time(events[0].happened_at),
        "updated_at": write_time(events[-1].happened_at),
    }


def build_levels(case: str, levels: list[Level]) -> Iterator[Row]:
    """The levels of a case, numbered in the order in which they began."""
    for number, level in enumerate(levels, start=1):
        yield {
            "level_id": f"{case}#{number}",
            "request_id": case,
            "level_number": number,
            "level_name": level.rule.name,
            "approver_id": level.approver or NOBODY,
            "status": level.status,
            "tat_hours": level.rule.tat_hours,
            "level_start_time": write_time(level.started_at),
            "tat_start_time": write_time(level.started_at),
            "level_end_time": write_time(level.ended_at),
            "action_date": write_time(level.ended_at),
            "is_final_approver": "true" if level.is_final else "false",
            "is_skipped": "true" if level.status == "SKIPPED" else "false",
            "skipped_at": write_time(level.ended_at) if level.status == "SKIPPED" else "",
            "created_at": write_time(level.started_at),
            "updated_at": write_time(level.updated_at),
        }


def build_pauses(case: str, levels: list[Level]) -> Iterator[Row]:
    """The pauses of a case's levels."""
    for number, level in enumerate(levels, start=1):
        for place, (paused_at, resumed_at) in enumerate(level.pauses, start=1):
            yield {
                "pause_id": f"{case}#{number}/{place}",
                "level_id": f"{case}#{number}",
                "paused_at": write_time(paused_at),
                "resumed_at": write_time(resumed_at),
            }


def build_participants(case: str, events: list[Event], levels: list[Level]) -> Iterator[Row]:
    """Who took part in a case: who began it and who decided."""
    initiator = find_initiator(events)
    people = [(initiator, "INITIATOR")]
    people += [(level.approver or NOBODY, "APPROVER") for level in levels]
    for person, kind in dict.fromkeys(people):
        yield {
            "participant_id": f"{case}#{person}#{kind}",
            "request_id": case,
            "user_id": person,
            "participant_type": kind,
            "added_at": write_time(events[0].happened_at),
        }


def build_activities(case: str, events: list[Event], types: list[str]) -> Iterator[Row]:
    """The events of a case as they were."""
    for place, (event, activity_type) in enumerate(zip(events, types, strict=True), start=1):
        yield {
            "activity_id": f"{case}#{place}",
            "request_id": case,
            "user_id": event.resource or "",
            "user_name": event.resource or "",
            "activity_type": activity_type,
            "activity_description": event.activity,
            "is_system_event": "false" if event.resource else "true",
            "created_at": write_time(event.happened_at),
        }
