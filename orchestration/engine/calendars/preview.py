"""What an edit of calendars, holidays or policies would move, before it is done.

The edit is made in a transaction that nobody else sees. Beside each calendar a shadow is generated
by the edited rules, and the clocks of open levels are measured on the shadows with the engine's own
functions. No level clock is touched or locked, so ticks go on meanwhile; an edit that is to stay
lets no fact be stored before it is committed, and waits for a build that stores some.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg

from database.connect import Database, connect
from database.statements import Row, fetch
from orchestration.engine.calendars import load
from orchestration.engine.tick import ProgressCallback, TickReport, read_database_time
from orchestration.loading import settle_database

Edit = Callable[[psycopg.Connection], None]

SHADOW_STEPS = (
    "generate_missing",
    "create_shadows",
    "create_shadow_map",
    "copy_shadow_windows",
    "copy_shadow_days",
    "generate_shadows",
    "forget_equal_shadows",
)
LISTED_MOVES = 20


@dataclass(frozen=True)
class Preview:
    """What an edit does to open levels as of an instant.

    `summary` counts the levels whose due instant moves and by how many hours; `not_previewed` in
    it counts levels that changed their calendar in flight. `moves` holds the first of them.
    `due_now` are alerts that fall due at once, `sent_early` alerts sent before their threshold
    would have been crossed, both counted by type.
    """

    as_of: datetime
    time_zone: str
    calendars: list[Row]
    summary: Row
    moves: list[Row]
    due_now: list[Row]
    sent_early: list[Row]


@dataclass(frozen=True)
class Applied:
    """An edit: its preview and, unless it was a dry run, the ticks that settled it."""

    preview: Preview
    ticks: TickReport | None


def apply_edit(
    database: Database,
    edit: Edit,
    *,
    choices_changed: bool,
    dry_run: bool,
    progress: ProgressCallback | None = None,
) -> Applied:
    """Make an edit of rules, report what it moves, and settle the clocks.

    `choices_changed` says that levels may choose other policies or calendars, not only that
    calendars have other hours. In a dry run everything is rolled back. Else nothing is stored by
    the rules as they were until the edit is committed: a request that lands meanwhile would not
    be known to have changed.
    """
    with connect(database, "tat_owner", autocommit=True) as connection:
        as_of = read_database_time(connection)
        with connection.transaction(force_rollback=dry_run):
            if not dry_run:
                connection.execute(load("lock_stored_facts"))
            edit(connection)
            preview = preview_edit(connection, as_of, choices_changed=choices_changed)
    ticks = None if dry_run else settle_database(database, progress=progress)
    return Applied(preview, ticks)


def preview_edit(
    connection: psycopg.Connection,
    as_of: datetime,
    *,
    choices_changed: bool,
    listed_moves: int = LISTED_MOVES,
) -> Preview:
    """Measure what the edits of the current transaction move; leaves nothing behind."""
    with connection.transaction(force_rollback=True):
        for step in SHADOW_STEPS:
            connection.execute(load(step))
        connection.execute(load("collect_levels"), {"choices_changed": choices_changed})
        connection.execute(load("measure_levels"))
        return Preview(
            as_of=as_of,
            time_zone=fetch(connection, load("read_zone"))[0]["time_zone"],
            calendars=fetch(connection, load("list_changed_calendars")),
            summary=fetch(connection, load("summarize_moves"))[0],
            moves=fetch(connection, load("list_moves"), {"rows": listed_moves}),
            due_now=fetch(connection, load("count_due_alerts"), {"as_of": as_of}),
            sent_early=fetch(connection, load("count_early_alerts")),
        )
