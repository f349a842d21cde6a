"""Who takes part in a request, and what they write and upload there."""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator import vocabulary as words
from ingestion.simulator.people import Staff
from ingestion.simulator.progress import Story
from ingestion.simulator.routes import Routes
from ingestion.simulator.sampling import (
    Bools,
    Generator,
    Ints,
    Objects,
    choose,
    draw_below,
    draw_integers,
    draw_uuids,
    flip,
)
from ingestion.simulator.submissions import Requests
from ingestion.simulator.tables import Columns, take_objects, to_instants
from ingestion.simulator.timeline import NEVER, Timeline

PARTICIPANT_TYPES = ("INITIATOR", "APPROVER", "SPECTATOR")
INITIATOR, APPROVER, SPECTATOR = range(3)

SPECTATOR_WEIGHTS = (35, 30, 20, 10, 5)
MAX_SPECTATORS = 4
NOTES_PER_REQUEST = 1.6
DOCUMENTS_PER_REQUEST = 1.2
SHARE_WORKING_TIME = 0.85
ATTACHMENT_WEIGHTS = (82, 14, 4)


@dataclass(frozen=True)
class Participants:
    """One entry per person and request, ordered by request; `request` and `person` are indexes.

    `speaks_from` is the first instant at which the person may write, NEVER for who stays silent.
    """

    request: Ints
    person: Ints
    kind: Ints
    added: Ints
    speaks_from: Ints


@dataclass(frozen=True)
class Remarks:
    """Things that people did in a request at an instant: notes written, documents uploaded."""

    request: Ints
    person: Ints
    at: Ints

    def __len__(self) -> int:
        return len(self.request)


def gather_participants(rng: Generator, story: Story) -> Participants:
    """Gather initiators, approvers and drawn spectators; nobody is in one request twice."""
    requests, routes, progress = story.requests, story.routes, story.progress
    everyone = np.arange(len(requests))
    row, step = np.nonzero(routes.exists)
    groups = (
        Participants(
            everyone,
            requests.initiator,
            np.full(len(requests), INITIATOR),
            requests.created,
            progress.submitted,
        ),
        Participants(
            row,
            routes.approver[row, step],
            np.full(len(row), APPROVER),
            requests.created[row],
            progress.started[row, step],
        ),
        _draw_spectators(rng, story),
    )
    order = np.argsort(np.concatenate([group.request for group in groups]), kind="stable")
    fields = ("request", "person", "kind", "added", "speaks_from")
    return Participants(
        *(np.concatenate([getattr(group, name) for group in groups])[order] for name in fields)
    )


def draw_notes(rng: Generator, story: Story, people: Participants) -> Remarks:
    """Draw who writes when; drafts have no notes."""
    counts = rng.poisson(NOTES_PER_REQUEST, len(story.requests))
    asked = np.repeat(np.arange(len(story.requests)), counts)
    return _draw_remarks(rng, story, people, asked)


def draw_documents(rng: Generator, story: Story, people: Participants) -> Remarks:
    """Draw uploads: most by the initiator while drafting, some by anybody later."""
    requests, progress = story.requests, story.progress
    counts = rng.poisson(DOCUMENTS_PER_REQUEST, len(requests))
    asked = np.repeat(np.arange(len(requests)), counts)
    is_later = flip(rng, 0.2, len(asked))
    later = _draw_remarks(rng, story, people, asked[is_later])
    first = asked[~is_later]
    drafted = np.minimum(progress.submitted, progress.quiet)[first] - requests.created[first]
    at = requests.created[first] + (rng.random(len(first)) * drafted).astype(np.int64)
    request = np.concatenate([first, later.request])
    order = np.argsort(request, kind="stable")
    person = np.concatenate([requests.initiator[first], later.person])
    return Remarks(request[order], person[order], np.concatenate([at, later.at])[order])


def tabulate_participants(
    rng: Generator, staff: Staff, requests: Requests, people: Participants
) -> Columns:
    """Return the rows of `participants`; one spectator in twelve has left again."""
    count = len(people.request)
    has_left = (people.kind == SPECTATOR) & flip(rng, 1 / 12, count)
    return {
        "participant_id": draw_uuids(rng, count),
        "request_id": requests.ids[people.request],
        "user_id": staff.ids[people.person],
        "participant_type": take_objects(PARTICIPANT_TYPES, people.kind),
        "added_at": to_instants(people.added),
        "is_active": ~has_left,
    }


def tabulate_notes(
    rng: Generator, staff: Staff, requests: Requests, notes: Remarks, note_ids: Objects
) -> Columns:
    """Return the rows of `work_notes`."""
    count = len(notes)
    return {
        "note_id": note_ids,
        "request_id": requests.ids[notes.request],
        "user_id": staff.ids[notes.person],
        "message": take_objects(words.NOTES, draw_integers(rng, len(words.NOTES), count)),
        "is_deleted": flip(rng, 0.02, count),
        "created_at": to_instants(notes.at),
    }


def tabulate_attachments(rng: Generator, notes: Remarks, note_ids: Objects) -> Columns:
    """Return the rows of `work_note_attachments`: one or two files on some notes."""
    note = np.repeat(np.arange(len(notes)), choose(rng, ATTACHMENT_WEIGHTS, len(notes)))
    return {
        "attachment_id": draw_uuids(rng, len(note)),
        "note_id": note_ids[note],
        "file_name": _pick_file_names(rng, len(note)),
        "uploaded_at": to_instants(notes.at[note]),
    }


def tabulate_documents(
    rng: Generator, staff: Staff, requests: Requests, documents: Remarks
) -> Columns:
    """Return the rows of `documents`; sizes are in bytes."""
    count = len(documents)
    category = choose(rng, words.DOCUMENT_CATEGORY_WEIGHTS, count)
    return {
        "document_id": draw_uuids(rng, count),
        "request_id": requests.ids[documents.request],
        "uploaded_by": staff.ids[documents.person],
        "file_name": _pick_file_names(rng, count),
        "file_size": rng.lognormal(np.log(240_000), 1.1, count).astype(np.int64) + 1,
        "category": take_objects(words.DOCUMENT_CATEGORIES, category),
        "is_deleted": flip(rng, 0.025, count),
        "uploaded_at": to_instants(documents.at),
    }


def _draw_spectators(rng: Generator, story: Story) -> Participants:
    """Draw up to four spectators per request; about two in five of them have something to say."""
    requests, progress = story.requests, story.progress
    count = len(requests)
    drawn = draw_integers(rng, len(story.staff), count * MAX_SPECTATORS).reshape(
        count, MAX_SPECTATORS
    )
    wanted = np.arange(MAX_SPECTATORS) < choose(rng, SPECTATOR_WEIGHTS, count)[:, None]
    row, place = np.nonzero(wanted & ~_is_taken(drawn, requests, story.routes))
    created, quiet = requests.created[row], progress.quiet[row]
    late = rng.random(len(row)) * (quiet - created)
    late[flip(rng, 0.7, len(row))] = 0
    added = created + late.astype(np.int64)
    is_silent = flip(rng, 0.6, len(row)) | progress.is_draft[row]
    speaks_from = np.where(is_silent, NEVER, np.maximum(added, progress.submitted[row]))
    return Participants(row, drawn[row, place], np.full(len(row), SPECTATOR), added, speaks_from)


def _is_taken(drawn: Ints, requests: Requests, routes: Routes) -> Bools:
    """Tell which of the drawn people take part in their request already."""
    taken: Bools = drawn == requests.initiator[:, None]
    for step in range(routes.approver.shape[1]):
        taken |= (drawn == routes.approver[:, step, None]) & routes.exists[:, step, None]
    for place in range(1, MAX_SPECTATORS):
        taken[:, place] |= (drawn[:, :place] == drawn[:, place, None]).any(axis=1)
    return taken


def _draw_remarks(rng: Generator, story: Story, people: Participants, asked: Ints) -> Remarks:
    """Draw one remark for each request asked that has somebody who may speak."""
    quiet = story.progress.quiet
    speakers = np.flatnonzero(people.speaks_from <= quiet[people.request])
    counts = np.bincount(people.request[speakers], minlength=len(quiet))
    firsts = np.cumsum(counts) - counts
    asked = asked[counts[asked] > 0]
    speaker = speakers[firsts[asked] + draw_below(rng, counts[asked])]
    first, last = people.speaks_from[speaker], quiet[asked]
    at = _draw_instants(rng, story.timeline, first, last)
    return Remarks(asked, people.person[speaker], at)


def _draw_instants(rng: Generator, timeline: Timeline, first: Ints, last: Ints) -> Ints:
    """Draw an instant of each first..last, mostly in working time."""
    count = len(first)
    share = rng.random(count)
    whenever = first + (share * (last - first)).astype(np.int64)
    work = timeline.to_clock(last) - timeline.to_clock(first)
    at_work = timeline.advance(first, (share * work).astype(np.int64))
    prefers_work = (work > 0) & flip(rng, SHARE_WORKING_TIME, count)
    return np.where(prefers_work, at_work, whenever)


def _pick_file_names(rng: Generator, count: int) -> Objects:
    return take_objects(words.FILE_NAMES, draw_integers(rng, len(words.FILE_NAMES), count))
