"""The policies of a database, seeded anew from other settings."""

import psycopg

from database.migrate import seed_policies
from database.settings import Settings

SEEDED = (
    "delete from tat.policy_threshold",
    "delete from tat.policy",
    "delete from tat.weekly_window",
    "delete from tat.calendar",
    "delete from tat.setting",
)


def seed_anew(connection: psycopg.Connection, settings: Settings) -> None:
    """Replace calendars and policies by what `settings` would have seeded."""
    with connection.transaction():
        for statement in SEEDED:
            connection.execute(statement.encode())
        seed_policies(connection, settings)
