"""Bring a database to the current schema and seed its policies from the settings."""

import logging
from pathlib import Path
from typing import LiteralString

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from ingestion.database import Database, connect, prepare_database
from ingestion.settings import Settings
from ingestion.statements import load_statement

logger = logging.getLogger(__name__)

MIGRATION_LOCK: LiteralString = "select pg_advisory_lock(7280, 0)"


def migrate_database(database: Database, *, settings: Settings) -> None:
    """Create or upgrade every schema in `database`; a second run changes nothing.

    Settings seed a new database only: time zone, thresholds and test mode then live in
    `tat.setting`, `tat.calendar`, `tat.policy` and `tat.policy_threshold`. The calendars are
    generated two years ahead, so that clocks can be read before any data is there.
    Two runs at once are safe: the second waits for the first.
    """
    prepare_database(database)
    with connect(database, "tat_owner", autocommit=True) as guard:
        guard.execute(MIGRATION_LOCK)
        guard.execute("create schema if not exists tat")
        upgrade_schema(database)
        with guard.transaction():
            seed_policies(guard, settings)
            guard.execute("select tat.refresh_calendars(now())")


def upgrade_schema(database: Database) -> None:
    """Run the migrations that this database has not seen, each in its own transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(database, "tat_owner"),
        poolclass=NullPool,
    )
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def seed_policies(connection: psycopg.Connection, settings: Settings) -> None:
    """Write the first calendars, policies and thresholds; leave what is there alone."""
    kept = connection.execute(load_statement("ingestion", "read_time_zone")).fetchone()
    if kept is not None:
        warn_about_time_zone(kept[0], settings)
        return
    lower, upper = settings.thresholds
    connection.execute(
        load_statement("ingestion", "seed_policies"),
        {
            "time_zone": settings.timezone,
            "test_mode": settings.test_mode,
            "lower_threshold": lower,
            "upper_threshold": upper,
        },
    )


def warn_about_time_zone(kept: str, settings: Settings) -> None:
    """Say that a database keeps the zone it was seeded with."""
    if kept != settings.timezone:
        logger.warning(
            "TAT_TIMEZONE=%s seeds a new database only; this one counts its days in %s.",
            settings.timezone,
            kept,
        )
