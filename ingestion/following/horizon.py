"""From which instant on the source may hold rows that were not read yet.

A row is dated when it is changed and can be read once its transaction has committed: one that was
open for an hour commits rows that are an hour old. So every look notes the transactions that are
open, each with an instant before which it changed nothing. When one of them has ended, what
changed since its instant is read again. Only the source's own clock is compared with itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from database.statements import Row, load_statement
from ingestion.following.source import Source

# How old a transaction may be whose start is hidden, when the source is looked at first. The
# comparison of whole tables finds what an older one commits.
OLDEST_UNKNOWN = timedelta(days=1)

# The instant before which each open transaction changed nothing, by its number.
Open = Mapping[str, datetime]


@dataclass(frozen=True)
class Look:
    """One look at the source: its clock, which server it is, and the open transactions.

    `reopened` is the instant since which rows must be read again; None: none were held back.
    """

    read_at: datetime
    server: str
    open: Open
    reopened: datetime | None


def look_at_source(source: Source, before: Look | None) -> Look:
    """Read the source's clock, then its open transactions, and compare with the look before.

    Rows must be read after it: what a snapshot does not show then is either in `open`, or was
    changed after `read_at`.
    """
    with source.read():
        (clock,) = source.fetch(load_statement("ingestion.following", "read_clock"))
        listed = source.fetch(load_statement("ingestion.following", "list_transactions"))
    open_now, reopened = compare_transactions(before, clock["read_at"], listed)
    return Look(clock["read_at"], clock["server"], open_now, reopened)


def compare_transactions(
    before: Look | None, read_at: datetime, listed: list[Row]
) -> tuple[dict[str, datetime], datetime | None]:
    """Date the open transactions, and find since when those that have ended may have changed rows.

    One that was not there at the look before began after it, unless it was prepared since: its
    number is new then, and it is one of those that seem to have ended. One that hides others is
    dated so as well, and while it is open any of the others may have ended.
    """
    known: Open = before.open if before else {}
    open_now = {row["transaction_id"] for row in listed if not row["hides_others"]}
    ended = [began for number, began in known.items() if number not in open_now]
    unseen_since = min(before.read_at, read_at) if before else read_at - OLDEST_UNKNOWN
    dated = {}
    for row in listed:
        is_renamed = row["is_prepared"] or row["hides_others"]
        began = min([unseen_since, *ended]) if is_renamed else unseen_since
        number = row["transaction_id"]
        dated[number] = known.get(number) or row["started_at"] or began
    return dated, min(ended, default=None)
