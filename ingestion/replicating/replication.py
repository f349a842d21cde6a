"""Replication as a whole: set up, removed, and how it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import psycopg

from database.connect import DatabaseError
from database.statements import Row, fetch
from ingestion.following.adopting import (
    Adoption,
    doubt_tables,
    forget_adoption,
    note_adoption,
    refuse_own_schema,
)
from ingestion.following.capturing import Capture, find_present, start_capture, stop_capture
from ingestion.replicating import PUBLICATION, SUBSCRIPTION, load
from ingestion.replicating.publishing import (
    publish_tables,
    refuse_unfit_server,
    withdraw_tables,
)
from ingestion.replicating.subscribing import (
    Progress,
    create_copies,
    describe_subscription,
    drop_copies,
    subscribe,
    unsubscribe,
    wait_for_copies,
)

# Between two messages of a source at which nothing happens lies half a minute.
SILENT_SECONDS = 150
NO_LIMIT = "-1"
LIMIT = (
    "The source keeps its log for us without a limit: a warehouse that is away for long fills its "
    "disk. Ask its administrator to run: alter system set max_slot_wal_keep_size = '10GB'; select "
    "pg_reload_conf();"
)


@dataclass(frozen=True)
class Replication:
    """How replication does. `faults` are what somebody has to mend, `words` say it as a whole."""

    words: str
    faults: tuple[str, ...] = ()


def set_up_replication(
    source: psycopg.Connection,
    admin: psycopg.Connection,
    owner: psycopg.Connection,
    conninfo: str,
    adoption: Adoption,
    captures: Sequence[Capture],
    progress: Progress,
) -> Sequence[Capture]:
    """Have the source's tables copied and followed from now on; return what is noted of them.

    A second run takes in tables that the source has since. `source` and `conninfo` are of a login
    that may replicate, `admin` may create subscriptions here, `owner` is in the role tat_owner; all
    are in autocommit mode. The triggers come after the first copy, whose rows are loaded as a
    first load, and before that load: nothing is missed between. Raises DatabaseError.
    """
    refuse_own_schema(owner, adoption.schema)
    refuse_other_schemas(adoption, captures)
    server = refuse_unfit_server(source)
    names = sorted({capture.name for capture in captures})
    tables = publish_tables(source, adoption.schema, names)
    create_copies(admin, tables, server["server"])
    subscribe(admin, conninfo, tables)
    wait_for_copies(admin, progress)
    present = find_present(owner, captures)
    fresh = start_capture(owner, present)
    with owner.transaction():
        doubt_tables(owner, fresh)
        note_adoption(owner, adoption)
    return present


def refuse_other_schemas(adoption: Adoption, captures: Sequence[Capture]) -> None:
    """Raise DatabaseError where a mapping reads tables of several schemas."""
    others = sorted({capture.schema for capture in captures} - {adoption.schema})
    if others:
        raise DatabaseError(
            f"The mapping reads tables of {', '.join(others)}, too, and one schema can be "
            f"replicated, {adoption.schema}. Follow the source by TAT_SOURCE_URL."
        )


def remove_replication(
    source: psycopg.Connection | None,
    admin: psycopg.Connection,
    owner: psycopg.Connection,
) -> list[str]:
    """End the copies and drop them; what was loaded stays.

    Returns the statements that are left for an administrator of the source: it did not answer
    (`source` is None then), or this login does not own the publication.
    """
    copies = fetch(admin, load("list_copies"), {"subscription": SUBSCRIPTION})
    slot = unsubscribe(admin)
    stop_capture(owner)
    drop_copies(admin, [(row["schema_name"], row["table_name"]) for row in copies])
    forget_adoption(owner)
    left = [] if slot is None else [f"select pg_drop_replication_slot('{slot}')"]
    if source is None or not withdraw_tables(source):
        left.append(f"drop publication {PUBLICATION}")
    return left


def describe_replication(
    warehouse: psycopg.Connection, source: psycopg.Connection | None
) -> Replication | None:
    """Say how replication does, by both sides where the source answers; None: there is none."""
    found = describe_subscription(warehouse)
    if found is None:
        return None
    faults = list(find_faults(found))
    words = [describe_arrival(found)]
    if source is None:
        return Replication(" ".join([*faults, *words]), tuple(faults))
    slots = fetch(source, load("describe_slot"), {"slot": found["slot"]})
    faults += find_slot_faults(slots)
    words += [describe_slot(slot) for slot in slots]
    advice = [LIMIT for slot in slots if slot["keep_size"] == NO_LIMIT]
    return Replication(" ".join([*faults, *words, *advice]), tuple(faults))


def find_faults(found: Row) -> list[str]:
    """Say what is wrong with the subscription."""
    silent = found["seconds_since_message"]
    if not found["is_enabled"]:
        return ["The subscription is disabled: alter subscription turnaround enable;"]
    if not found["is_running"]:
        return ["Nothing arrives from the source: the reason is in this server's log."]
    if silent is not None and silent > Decimal(SILENT_SECONDS):
        return [f"The source has been silent for {silent} s."]
    return []


def describe_arrival(found: Row) -> str:
    """Say when the source was last heard of."""
    if found["tables_being_copied"]:
        return f"{found['tables_being_copied']} tables are being copied for the first time."
    silent = found["seconds_since_message"]
    return "" if silent is None else f"The source was last heard of {silent} s ago."


def find_slot_faults(slots: Sequence[Row]) -> list[str]:
    """Say what is wrong at the source."""
    if not slots:
        return ["The source has no slot for us: `tat source replicate remove`, then set it up."]
    slot = slots[0]
    if slot["wal_status"] == "lost":
        return [
            "The source no longer has what is to come: `tat source replicate remove`, then set it "
            "up again."
        ]
    if slot["wal_status"] == "unreserved":
        return ["The source is about to drop what is to come: see that it arrives here at once."]
    return [] if slot["is_active"] else ["Nobody reads the source's slot."]


def describe_slot(slot: Row) -> str:
    """Say how much the source keeps for us."""
    kept, behind = (show_bytes(slot[name]) for name in ("bytes_kept", "bytes_behind"))
    left = "" if slot["bytes_left"] is None else f", {show_bytes(slot['bytes_left'])} more at most"
    return f"It is {behind} ahead and keeps {kept} of its log for us{left}."


def show_bytes(size: int | None) -> str:
    """Write a size in MB."""
    return f"{(size or 0) / 1_000_000:,.1f} MB"
