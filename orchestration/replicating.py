"""Replication between the databases that the settings name."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from database.connect import Database, connect, connect_as_superuser
from database.settings import Settings
from ingestion.following.adopting import Adoption, read_adoption
from ingestion.following.capturing import Capture
from ingestion.following.source import SourceAwayError, open_source
from ingestion.replicating.replication import (
    Replication,
    describe_replication,
    remove_replication,
    set_up_replication,
)
from ingestion.replicating.subscribing import Progress
from orchestration.capturing import choose_captures
from orchestration.sourcing import NoSourceError

LOOK_SECONDS = 10
# The first copy takes its time.
SET_UP_SECONDS = 86_400
NO_ADDRESS = (
    "TAT_SOURCE_URL is not set: give the address of the app's database, with a login that may "
    "replicate, such as postgresql://replicator:password@host:5432/app."
)


def set_up(database: Database, settings: Settings, progress: Progress) -> list[Capture]:
    """Have the source's tables copied and followed; return them. Raises DatabaseError."""
    url = find_address(settings)
    with (
        open_source(url, seconds=SET_UP_SECONDS) as source,
        open_admin(database) as admin,
        connect(database, "tat_owner", autocommit=True) as owner,
    ):
        source.connection.read_only = False
        adoption = Adoption(find_schema(settings), is_replicated=True)
        captures = choose_captures(settings, url, adoption)
        return list(
            set_up_replication(source.connection, admin, owner, url, adoption, captures, progress)
        )


def remove(database: Database, settings: Settings) -> list[str]:
    """End replication; return the statements that are left for an administrator of the source.

    Raises NoSourceError where there is none.
    """
    with (
        open_admin(database) as admin,
        connect(database, "tat_owner", autocommit=True) as owner,
    ):
        adoption = read_adoption(owner)
        if adoption is not None and not adoption.is_replicated:
            raise NoSourceError(
                "The app's own tables are followed; `tat source release` ends that."
            )
        try:
            with open_source(find_address(settings), seconds=LOOK_SECONDS) as source:
                source.connection.read_only = False
                return remove_replication(source.connection, admin, owner)
        except SourceAwayError:
            return remove_replication(None, admin, owner)


def describe(database: Database, settings: Settings) -> Replication | None:
    """Say how replication does; None where there is none."""
    with connect(database, "tat_engine", autocommit=True) as warehouse:
        try:
            with open_source(find_address(settings), seconds=LOOK_SECONDS) as source:
                return describe_replication(warehouse, source.connection)
        except (SourceAwayError, NoSourceError):
            return describe_replication(warehouse, None)


def find_schema(settings: Settings) -> str:
    """Return the schema of the source's tables, as the mapping says where there is one."""
    if settings.source_mapping is None:
        return settings.source_schema
    from ingestion.mapping.reading import read_mapping

    return read_mapping(settings.source_mapping).schema_


def find_address(settings: Settings) -> str:
    """Return the source's address with its password; raises NoSourceError."""
    if settings.source_url is None:
        raise NoSourceError(NO_ADDRESS)
    return settings.source_url.get_secret_value()


@contextmanager
def open_admin(database: Database) -> Iterator[psycopg.Connection]:
    """A connection that may create subscriptions: the superuser's, or the login's own."""
    if database.home is not None:
        with connect_as_superuser(database.home, database.name) as admin:
            yield admin
        return
    with psycopg.connect(database.conninfo(), autocommit=True) as login:
        yield login
