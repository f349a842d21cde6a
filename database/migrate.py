"""Bring a database to the current schema and seed its policies from the settings."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString, cast

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from database.connect import Database, DatabaseError, connect, prepare_database
from database.install import install_objects
from database.settings import Settings
from database.statements import load_statement

logger = logging.getLogger(__name__)

MIGRATION_LOCK: LiteralString = "select pg_advisory_xact_lock(7280, 0)"
# What databases of revisions before the tables were put into one script are told.
TOO_OLD = (
    "This database is at the revision {revision}, which is older than any that can be brought up "
    "to date. Load its data into a new database."
)


def migrate_database(database: Database, *, settings: Settings) -> None:
    """Create or upgrade every schema in `database`; a second run changes nothing.

    All of it is one transaction. Settings seed a new database only: time zone, thresholds and test
    mode then live in `tat.setting`, `tat.calendar`, `tat.policy` and `tat.policy_threshold`. The
    calendars are generated two years ahead, so that clocks can be read before any data is there.
    Two runs at once are safe: the second waits for the first. Raises DatabaseError.
    """
    prepare_database(database)
    with begin_upgrade(database) as transaction:
        upgrade_tables(transaction)
        connection = cast("psycopg.Connection", transaction.connection.driver_connection)
        install_objects(connection)
        seed_policies(connection, settings)
        connection.execute("select tat.refresh_calendars(now())")


@contextmanager
def begin_upgrade(database: Database) -> Iterator[Connection]:
    """A transaction of the owner, alone in upgrading."""
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(database, "tat_owner"),
        poolclass=NullPool,
    )
    with engine.begin() as transaction:
        connection = cast("psycopg.Connection", transaction.connection.driver_connection)
        connection.execute(MIGRATION_LOCK)
        connection.execute("create schema if not exists tat")
        yield transaction


def upgrade_tables(transaction: Connection, revision: str = "head") -> None:
    """Run the migrations up to a revision that this database has not seen."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = transaction
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        if isinstance(error.__cause__, ResolutionError):
            revision = error.__cause__.argument
            raise DatabaseError(TOO_OLD.format(revision=revision)) from error
        raise


def seed_policies(connection: psycopg.Connection, settings: Settings) -> None:
    """Write the first calendars, policies and thresholds; leave what is there alone."""
    kept = connection.execute(load_statement("database.migrations", "read_time_zone")).fetchone()
    if kept is not None:
        warn_about_time_zone(kept[0], settings)
        return
    lower, upper = settings.thresholds
    connection.execute(
        load_statement("database.migrations", "seed_policies"),
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
