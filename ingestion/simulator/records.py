"""The rows of requests, approval levels and pauses."""

import numpy as np

from ingestion.simulator import vocabulary as words
from ingestion.simulator.lives import IN_PROGRESS, PENDING, REJECTED, SKIPPED
from ingestion.simulator.people import Staff
from ingestion.simulator.progress import LEVEL_STATUSES, REQUEST_STATUSES, Story
from ingestion.simulator.sampling import (
    Bools,
    Generator,
    Ints,
    Objects,
    as_objects,
    draw_integers,
    draw_uuids,
    flip,
)
from ingestion.simulator.tables import Columns, take_objects, to_instants
from ingestion.simulator.timeline import HOUR, NEVER


def tabulate_requests(rng: Generator, story: Story) -> Columns:
    """Return the rows of `workflow_requests`."""
    requests, routes, progress = story.requests, story.routes, story.progress
    count = len(requests)
    description = draw_integers(rng, len(words.DESCRIPTIONS), count)
    is_closed = progress.closed < NEVER
    return {
        "request_id": requests.ids,
        "request_number": requests.numbers,
        "initiator_id": story.staff.ids[requests.initiator],
        "template_type": take_objects([kind.code for kind in words.TEMPLATES], requests.template),
        "title": _write_titles(rng, requests.template),
        "description": take_objects(words.DESCRIPTIONS, description),
        "priority": take_objects(("STANDARD", "EXPRESS"), requests.is_express.astype(np.int64)),
        "status": take_objects(REQUEST_STATUSES, progress.status),
        "current_level": progress.current_level,
        "total_levels": requests.levels,
        "total_tat_hours": np.where(routes.exists, routes.hours, 0).sum(axis=1),
        "submission_date": to_instants(progress.submitted),
        "closure_date": to_instants(progress.decided),
        "conclusion_remark": _pick_texts(rng, words.CONCLUSIONS, is_closed),
        "is_draft": progress.is_draft,
        "is_deleted": requests.is_deleted,
        "created_at": to_instants(requests.created),
        "updated_at": to_instants(progress.updated),
    }


def tabulate_levels(rng: Generator, story: Story, level_ids: Objects) -> Columns:
    """Return the rows of `approval_levels`, request by request, without the engine's columns."""
    staff, requests, routes, progress = story.staff, story.requests, story.routes, story.progress
    row, step = np.nonzero(routes.exists)
    status = progress.level_status[row, step]
    started, ended = progress.started[row, step], progress.ended[row, step]
    approver = routes.approver[row, step]
    is_skipped, is_rejected = status == SKIPPED, status == REJECTED
    is_decided = (status > IN_PROGRESS) & ~is_skipped
    is_late = is_decided & _is_late(story)[row, step]
    writes = flip(rng, staff.diligence[approver], len(row))
    return {
        "level_id": level_ids,
        "request_id": requests.ids[row],
        "level_number": step + 1,
        "level_name": take_objects(words.LEVEL_NAMES, routes.name[row, step]),
        "approver_id": staff.ids[approver],
        "status": take_objects(LEVEL_STATUSES, status),
        "tat_hours": routes.hours[row, step],
        "level_start_time": to_instants(started),
        "level_end_time": to_instants(ended),
        "tat_start_time": to_instants(started),
        "action_date": to_instants(np.where(is_decided, ended, NEVER)),
        "comments": _pick_texts(rng, words.COMMENTS, is_decided & ~is_rejected & writes),
        "rejection_reason": _pick_texts(rng, words.REJECTION_REASONS, is_rejected),
        "breach_reason": _pick_texts(rng, words.BREACH_REASONS, is_late & writes),
        "is_final_approver": step + 1 == requests.levels[row],
        "is_skipped": is_skipped,
        "skipped_at": to_instants(np.where(is_skipped, ended, NEVER)),
        "skipped_by": _name_skippers(staff, requests.initiator[row], approver, is_skipped),
        "skip_reason": _pick_texts(rng, words.SKIP_REASONS, is_skipped),
        "created_at": to_instants(requests.created[row]),
        "updated_at": to_instants(_find_last_change(status, started, ended, requests.created[row])),
    }


def tabulate_pauses(rng: Generator, story: Story, level_ids: Objects) -> Columns:
    """Return the rows of `level_pauses`; `level_ids` are those of the request's level rows."""
    routes, progress = story.routes, story.progress
    row, step = np.nonzero(routes.exists)
    halted = np.flatnonzero(progress.paused[row, step] < NEVER)
    row, step = row[halted], step[halted]
    every = np.ones(len(halted), dtype=np.bool_)
    return {
        "pause_id": draw_uuids(rng, len(halted)),
        "level_id": level_ids[halted],
        "paused_at": to_instants(progress.paused[row, step]),
        "resumed_at": to_instants(progress.resumed[row, step]),
        "reason": _pick_texts(rng, words.PAUSE_REASONS, every),
    }


def find_skippers(staff: Staff, initiator: Ints, approver: Ints) -> Ints:
    """Return who skips an approver: the initiator's department head, else the managing director."""
    head = staff.head[initiator]
    return np.where(head == approver, 0, head)


def _is_late(story: Story) -> Bools:
    """Tell which levels (requests x MAX_LEVELS) took longer than their TAT on their own clock."""
    timeline, progress = story.timeline, story.progress
    working, around_the_clock = (
        read(progress.ended)
        - read(progress.started)
        - read(progress.resumed)
        + read(progress.paused)
        for read in (timeline.to_clock, np.asarray)
    )
    elapsed = np.where(story.requests.is_express[:, None], around_the_clock, working)
    return elapsed > story.routes.hours * HOUR


def _find_last_change(status: Ints, started: Ints, ended: Ints, created: Ints) -> Ints:
    running = np.where(status == IN_PROGRESS, started, ended)
    return np.where(status == PENDING, created, running)


def _name_skippers(staff: Staff, initiator: Ints, approver: Ints, is_skipped: Bools) -> Objects:
    skipper = find_skippers(staff, initiator, approver)
    return take_objects(staff.ids, np.where(is_skipped, skipper, -1))


def _pick_texts(rng: Generator, texts: tuple[str, ...], is_written: Bools) -> Objects:
    """Pick a text for each row that has one, None for the others."""
    picked = draw_integers(rng, len(texts), len(is_written))
    return take_objects(texts, np.where(is_written, picked, -1))


def _write_titles(rng: Generator, template: Ints) -> Objects:
    count = len(template)
    things = rng.random(count)
    places = take_objects(words.LOCATIONS, draw_integers(rng, len(words.LOCATIONS), count))
    numbers = rng.integers(2, 61, count)
    kinds = [words.TEMPLATES[code] for code in template]
    drawn = zip(kinds, things, places, numbers, strict=True)
    return as_objects(
        [
            kind.title.format(
                thing=kind.things[int(share * len(kind.things))], place=place, number=number
            )
            for kind, share, place, number in drawn
        ]
    )
