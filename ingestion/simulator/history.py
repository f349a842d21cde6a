"""The activity log: every step of a request, in the order in which it happened."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ingestion.simulator import vocabulary as words
from ingestion.simulator.conversation import SPECTATOR, Participants, Remarks
from ingestion.simulator.lives import APPROVED, REJECTED, SKIPPED
from ingestion.simulator.progress import Progress, Story
from ingestion.simulator.records import find_skippers
from ingestion.simulator.routes import MAX_LEVELS
from ingestion.simulator.sampling import Generator, Ints, Objects, as_objects, draw_uuids
from ingestion.simulator.submissions import Requests
from ingestion.simulator.tables import Columns, JsonColumn, take_objects, to_instants
from ingestion.simulator.timeline import NEVER

# In the order in which things done at one instant are told.
DESCRIPTIONS = {
    "created": "Request created",
    "spectator_added": "Spectator added",
    "document_added": "Document uploaded",
    "submitted": "Request submitted",
    "approval": "{level} approved",
    "rejection": "{level} rejected",
    "skipped": "{level} skipped",
    "assignment": "{level} assigned to ",
    "paused": "{level} paused",
    "resumed": "{level} resumed",
    "comment": "Work note added",
    "closed": "Request closed",
    "deleted": "Request deleted",
}
TYPES = tuple(DESCRIPTIONS)
ASSIGNMENT = TYPES.index("assignment")
NO_LEVEL = -1
SYSTEM = "System"


@dataclass(frozen=True)
class Events:
    """Things of one kind that happened; `request` and `person` are indexes, `at` instants.

    `level` is step * len(LEVEL_NAMES) + level name, or NO_LEVEL.
    """

    kind: Ints
    request: Ints
    person: Ints
    at: Ints
    level: Ints

    def select(self, rows: Ints) -> "Events":
        """Return the events at these places, in this order."""
        return Events(
            self.kind[rows], self.request[rows], self.person[rows], self.at[rows], self.level[rows]
        )


def tabulate_activities(
    rng: Generator, story: Story, people: Participants, notes: Remarks, documents: Remarks
) -> Columns:
    """Return the rows of `activities`, request by request in order of time."""
    staff, requests = story.staff, story.requests
    events = _order_events(
        [
            *_tell_requests(requests, story.progress),
            *_tell_levels(story),
            *_tell_conversation(requests, people, notes, documents),
        ]
    )
    is_system = events.kind == ASSIGNMENT
    names = staff.names[events.person]
    return {
        "activity_id": draw_uuids(rng, len(events.kind)),
        "request_id": requests.ids[events.request],
        "user_id": take_objects(staff.ids, np.where(is_system, -1, events.person)),
        "user_name": np.where(is_system, as_objects([SYSTEM]), names),
        "activity_type": take_objects(TYPES, events.kind),
        "activity_description": _describe_events(events, names),
        "metadata": JsonColumn(_list_level_documents(), events.level),
        "is_system_event": is_system,
        "created_at": to_instants(events.at),
    }


def _tell_requests(requests: Requests, progress: Progress) -> Iterator[Events]:
    everyone = np.arange(len(requests))
    deleted = np.where(requests.is_deleted, requests.horizon, NEVER)
    instants = {
        "created": requests.created,
        "submitted": progress.submitted,
        "closed": progress.closed,
        "deleted": deleted,
    }
    for name, at in instants.items():
        yield _make_events(name, everyone, requests.initiator, at)


def _tell_levels(story: Story) -> Iterator[Events]:
    staff, requests, routes, progress = story.staff, story.requests, story.routes, story.progress
    row, step = np.nonzero(routes.exists & (progress.started < NEVER))
    level = step * len(words.LEVEL_NAMES) + routes.name[row, step]
    approver, status = routes.approver[row, step], progress.level_status[row, step]
    ended = progress.ended[row, step]
    skipper = find_skippers(staff, requests.initiator[row], approver)
    told = (
        ("assignment", approver, progress.started[row, step]),
        ("paused", approver, progress.paused[row, step]),
        ("resumed", approver, progress.resumed[row, step]),
        ("approval", approver, np.where(status == APPROVED, ended, NEVER)),
        ("rejection", approver, np.where(status == REJECTED, ended, NEVER)),
        ("skipped", skipper, np.where(status == SKIPPED, ended, NEVER)),
    )
    for name, person, at in told:
        yield _make_events(name, row, person, at, level)


def _tell_conversation(
    requests: Requests, people: Participants, notes: Remarks, documents: Remarks
) -> Iterator[Events]:
    invited = people.request[people.kind == SPECTATOR]
    added = people.added[people.kind == SPECTATOR]
    yield _make_events("spectator_added", invited, requests.initiator[invited], added)
    yield _make_events("comment", notes.request, notes.person, notes.at)
    yield _make_events("document_added", documents.request, documents.person, documents.at)


def _make_events(
    name: str, request: Ints, person: Ints, at: Ints, level: Ints | None = None
) -> Events:
    """Return one kind of events, without those that never happen."""
    kind = np.full(len(request), TYPES.index(name))
    levels = np.full(len(request), NO_LEVEL) if level is None else level
    return Events(kind, request, person, at, levels).select(np.flatnonzero(at < NEVER))


def _order_events(groups: list[Events]) -> Events:
    fields = ("kind", "request", "person", "at", "level")
    events = Events(
        *(np.concatenate([getattr(group, name) for group in groups]) for name in fields)
    )
    return events.select(np.lexsort((events.kind, events.at, events.request)))


def _describe_events(events: Events, names: Objects) -> Objects:
    """Write each event's description; an assignment ends in the approver's name."""
    levels = [
        f"Level {document['level_number']} ({document['level_name']})"
        for document in _list_level_documents()
    ]
    phrases = [
        form.format(level=level) for form in DESCRIPTIONS.values() for level in [*levels, ""]
    ]
    width = len(levels) + 1
    level = np.where(events.level == NO_LEVEL, width - 1, events.level)
    described = take_objects(phrases, events.kind * width + level)
    assigned = events.kind == ASSIGNMENT
    described[assigned] += names[assigned]
    return described


def _list_level_documents() -> list[dict[str, int | str]]:
    return [
        {"level_number": step + 1, "level_name": name}
        for step in range(MAX_LEVELS)
        for name in words.LEVEL_NAMES
    ]
