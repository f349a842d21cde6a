"""What keeps the changes of an adopted schema, or of copies, from being known here."""

from collections.abc import Sequence
from datetime import timedelta

import psycopg

from database.connect import Database, connect
from database.settings import Settings
from ingestion.following.adopting import Adoption, read_adoption
from ingestion.following.capturing import Capture, find_uncaptured
from ingestion.following.state import read_states
from orchestration.capturing import choose_captures
from orchestration.reading import fetch_rows
from orchestration.replicating import describe


def list_faults(database: Database, settings: Settings) -> list[str]:
    """Return what somebody has to mend, a sentence each; nothing where no schema is adopted."""
    with connect(database, "tat_engine", autocommit=True) as warehouse:
        adoption = read_adoption(warehouse)
        if adoption is None:
            return []
        captures = choose_captures(settings, database.conninfo(), adoption)
        faults = list_uncaptured(warehouse, adoption, captures)
    if adoption.is_replicated:
        replication = describe(database, settings)
        faults += replication.faults if replication else ["The subscription is gone."]
    return faults


def describe_queue(database: Database) -> str | None:
    """Say how many noted changes wait to be loaded; None where none does."""
    (queue,) = fetch_rows(database, "count_queued")
    if not queue["changes"]:
        return None
    return f"{queue['changes']:,} noted changes wait, the oldest for {queue['oldest_seconds']} s."


def list_uncaptured(
    warehouse: psycopg.Connection, adoption: Adoption, captures: Sequence[Capture]
) -> list[str]:
    """Say which tables that are followed lack triggers, if any do."""
    known = read_states(warehouse, timedelta(0))
    followed = [capture for capture in captures if capture.table in known]
    lacking = dict.fromkeys(capture.name for capture in find_uncaptured(warehouse, followed))
    if not lacking:
        return []
    mend = "replicate set-up" if adoption.is_replicated else f"adopt {adoption.schema}"
    return [
        f"{', '.join(lacking)} lack triggers and are compared as a whole each minute: "
        f"`tat source {mend}` puts them on again."
    ]
