"""What a level's source row says of its state: this package's own reading of the columns."""

from collections.abc import Mapping, Sequence

from database.statements import Row

DECIDED = ("APPROVED", "REJECTED")
CLOSED = (*DECIDED, "CLOSED")
# Which column dates the end of a level that its own status ends: the first that is filled.
ENDED_BY: Mapping[str, Sequence[str]] = {
    "APPROVED": ("level_end_time", "action_date", "updated_at"),
    "REJECTED": ("level_end_time", "action_date", "updated_at"),
    "SKIPPED": ("skipped_at", "level_end_time", "updated_at"),
    "PENDING": ("updated_at",),
}
ENDED_BY_REQUEST = ("closure_date", "request_updated_at")
STARTED_BY = ("tat_start_time", "level_start_time")


def read_level(row: Row) -> Row:
    """Add to a row of stream_levels when the level started and ended, and whether it is void.

    Instants are microseconds since the epoch. `ended_at` is when the level stood still for good,
    if its status or its request says that it does.
    """
    return row | {
        "started_at": find_first(row, STARTED_BY),
        "ended_at": find_first(row, ENDED_BY.get(row["status"], ENDED_BY_REQUEST)),
        "is_void": row["is_deleted"] or row["is_draft"],
    }


def find_first(row: Row, columns: Sequence[str]) -> int | None:
    """The first of some columns that is filled."""
    return next((row[column] for column in columns if row[column] is not None), None)


def is_decided(row: Row) -> bool:
    """Whether the level was approved or rejected."""
    return row["status"] in DECIDED


def is_cancelled(row: Row) -> bool:
    """Whether the level counts for nobody: skipped, waiting, or its request is void or closed."""
    if row["is_void"] or row["status"] in ("PENDING", "SKIPPED"):
        return True
    return not is_decided(row) and row["request_status"] in CLOSED


def has_run(row: Row) -> bool:
    """Whether a level with a start has run: not while it waits for its turn, nor in a draft."""
    return row["status"] != "PENDING" and not row["is_draft"]
