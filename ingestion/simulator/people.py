"""The simulated company's people: who reports to whom, and how fast and careful they approve."""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator import vocabulary as words
from ingestion.simulator.sampling import (
    Bools,
    Floats,
    Generator,
    Ints,
    Objects,
    as_objects,
    choose,
    draw_integers,
    draw_uuids,
    flip,
)
from ingestion.simulator.tables import Columns, take_objects, to_instants
from ingestion.simulator.timeline import DAY

TEAM_SIZE = 7
LATE_PACE = 2.6
SHARE_INACTIVE = 0.03
SHARE_WITHOUT_DEPARTMENT = 0.04


@dataclass(frozen=True)
class Staff:
    """One entry per person: executives first, then a head per department, leads, and staff.

    `manager` and `head` index people (the managing director's manager is -1), `department` is a
    code or NO_DEPARTMENT. `pace` multiplies the time a decision takes; `strictness` the chance of
    a rejection; `diligence` is the chance that a comment or reason is written down.
    """

    ids: Objects
    names: Objects
    department: Ints
    location: Ints
    manager: Ints
    head: Ints
    is_active: Bools
    pace: Floats
    strictness: Floats
    diligence: Floats
    initiators: Ints
    reviewers: tuple[Ints, ...]

    def __len__(self) -> int:
        return len(self.ids)


EXECUTIVES = len(words.EXECUTIVE_TITLES)
HEADS = words.MANAGEMENT
FIRST_LEAD = EXECUTIVES + HEADS


def count_people(requests: int) -> int:
    """Return how many people a company with so many requests employs."""
    return min(80 + requests // 30, 2500)


def hire_staff(rng: Generator, count: int) -> Staff:
    """Draw `count` people (at least one lead and one member per department)."""
    team = _assign_teams(rng, count)
    leads = _count_leads(count)
    department, manager = team
    is_staff = np.arange(count) >= FIRST_LEAD + leads
    head = EXECUTIVES + np.where(department < HEADS, department, 0)
    shown = np.where(is_staff & flip(rng, SHARE_WITHOUT_DEPARTMENT, count), -1, department)
    is_active = ~(is_staff & flip(rng, SHARE_INACTIVE, count))
    return Staff(
        ids=draw_uuids(rng, count),
        names=_draw_names(rng, count),
        department=shown,
        location=choose(rng, words.LOCATION_WEIGHTS, count),
        manager=manager,
        head=head,
        is_active=is_active,
        pace=_draw_paces(rng, count, leads),
        strictness=rng.uniform(0.4, 1.6, count),
        diligence=rng.uniform(0.3, 0.95, count),
        initiators=np.flatnonzero(is_active & (np.arange(count) >= EXECUTIVES)),
        reviewers=_list_reviewers(department, leads),
    )


def tabulate_users(rng: Generator, staff: Staff, begins_at: int) -> Columns:
    """Return the rows of `users`; all joined, and were last changed, before `begins_at`."""
    count = len(staff)
    joined = begins_at - rng.integers(200 * DAY, 3000 * DAY, count)
    changed = joined + (rng.random(count) * (begins_at - joined)).astype(np.int64)
    return {
        "user_id": staff.ids,
        "employee_id": as_objects([f"E{number:05d}" for number in range(1, count + 1)]),
        "email": _list_emails(staff.names),
        "display_name": staff.names,
        "department": take_objects(words.DEPARTMENTS, staff.department),
        "designation": _list_designations(rng, staff),
        "location": take_objects(words.LOCATIONS, staff.location),
        "reporting_manager_id": take_objects(staff.ids, staff.manager),
        "is_active": staff.is_active,
        "created_at": to_instants(joined),
        "updated_at": to_instants(changed),
    }


def _count_leads(count: int) -> int:
    return max(HEADS, (count - FIRST_LEAD) // TEAM_SIZE)


def _assign_teams(rng: Generator, count: int) -> tuple[Ints, Ints]:
    """Return each person's department and manager."""
    leads = _count_leads(count)
    extra = choose(rng, words.DEPARTMENT_WEIGHTS, leads - HEADS)
    lead_department = np.concatenate([np.arange(HEADS), extra])
    lead_of_staff = np.arange(count - FIRST_LEAD - leads) % leads
    department = np.concatenate(
        [
            np.full(EXECUTIVES, words.MANAGEMENT),
            np.arange(HEADS),
            lead_department,
            lead_department[lead_of_staff],
        ]
    )
    manager = np.concatenate(
        [
            np.array([-1] + [0] * (EXECUTIVES - 1)),
            np.arange(HEADS) % (EXECUTIVES - 1) + 1,
            EXECUTIVES + lead_department,
            FIRST_LEAD + lead_of_staff,
        ]
    )
    return department, manager


def _draw_paces(rng: Generator, count: int, leads: int) -> Floats:
    """Draw paces around 1; one lead in nine and one head are chronically late."""
    pace = rng.lognormal(0.0, 0.22, count)
    late = FIRST_LEAD + rng.permutation(leads)[: max(1, leads // 9)]
    pace[late] = LATE_PACE
    pace[EXECUTIVES + rng.integers(0, HEADS)] = LATE_PACE
    return pace


def _list_reviewers(department: Ints, leads: int) -> tuple[Ints, ...]:
    of_leads = department[FIRST_LEAD : FIRST_LEAD + leads]
    return tuple(FIRST_LEAD + np.flatnonzero(of_leads == code) for code in range(HEADS))


def _draw_names(rng: Generator, count: int) -> Objects:
    given_names, family_names = words.GIVEN_NAMES.split(), words.FAMILY_NAMES.split()
    given = take_objects(given_names, draw_integers(rng, len(given_names), count))
    family = take_objects(family_names, draw_integers(rng, len(family_names), count))
    return as_objects([f"{first} {last}" for first, last in zip(given, family, strict=True)])


def _list_emails(names: Objects) -> Objects:
    """Make an address of each name, numbered where a name comes again."""
    seen: dict[str, int] = {}
    emails = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        number = seen[name] if seen[name] > 1 else ""
        emails.append(f"{name.lower().replace(' ', '.')}{number}@example.com")
    return as_objects(emails)


def _list_designations(rng: Generator, staff: Staff) -> Objects:
    count = len(staff)
    titles = take_objects(words.STAFF_TITLES, draw_integers(rng, len(words.STAFF_TITLES), count))
    titles[:EXECUTIVES] = words.EXECUTIVE_TITLES
    titles[EXECUTIVES:FIRST_LEAD] = [f"Head of {name}" for name in words.DEPARTMENTS[:HEADS]]
    titles[FIRST_LEAD : FIRST_LEAD + _count_leads(count)] = "Team Lead"
    return titles
