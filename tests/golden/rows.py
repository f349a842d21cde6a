"""The golden bundle's files, and the rows of the views written as those files write them."""

import csv
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent
BUNDLE = FOLDER / "bundle"
EXPECTED = FOLDER / "expected"
FIRST_DAY = date(2026, 3, 2)
PRESENT = datetime.fromisoformat("2026-03-10T12:00+05:30")
KOLKATA = ZoneInfo("Asia/Kolkata")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\S+")

TextRow = dict[str, str]


def read_source(table: str) -> list[TextRow]:
    """The rows of one file of the bundle, as they are."""
    return read_csv(BUNDLE / f"{table}.csv")


def read_expected(view: str) -> list[TextRow]:
    """The rows that a view must have, in their order, without the reasons given for them."""
    return [
        {column: value for column, value in row.items() if column != "why"}
        for row in read_csv(EXPECTED / f"{view}.csv")
    ]


def read_csv(path: Path) -> list[TextRow]:
    """The rows of a file; an empty value stands for null."""
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def write_row(row: dict[str, Any]) -> TextRow:
    """A row of the database as the files would have it."""
    return {column: write_value(value) for column, value in row.items()}


def write_value(value: Any) -> str:
    """A value as a person would write it: 36.5, true, 2026-03-02, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return write_instant(value)
    if isinstance(value, list):
        return f"{{{','.join(value)}}}"
    return str(value)


def write_instant(instant: datetime) -> str:
    """The local time, to the minute where that is exact: 2026-03-02 14:00."""
    local = instant.astimezone(KOLKATA).replace(tzinfo=None)
    is_whole = local.second == 0 and local.microsecond == 0
    return local.isoformat(" ", "minutes" if is_whole else "auto")


def list_source_rows(table: str) -> list[TextRow]:
    """The rows of one file with local times and, beside the keys, what people call them."""
    names = {row["user_id"]: row["display_name"] for row in read_source("users")}
    numbers = {row["request_id"]: row["request_number"] for row in read_source("workflow_requests")}
    levels = {row["level_id"]: row for row in read_source("approval_levels")}
    notes = {row["note_id"]: row for row in read_source("work_notes")}
    rows = []
    for source in read_source(table):
        level = levels.get(source.get("level_id", ""), {})
        note = notes.get(source.get("note_id", ""), {})
        parents = {**note, **level, **source}
        row = {
            "request_number": numbers.get(parents.get("request_id", ""), ""),
            "level_number": level.get("level_number", ""),
            "note": note.get("message", ""),
            **{column: localise(value) for column, value in source.items()},
        }
        for role in ("user", "initiator", "approver"):
            row[role] = names.get(source.get(f"{role}_id", ""), "")
        rows.append(row)
    return rows


def localise(value: str) -> str:
    """An instant of a file in local time; anything else as it is."""
    if not INSTANT.fullmatch(value):
        return value
    return write_instant(datetime.fromisoformat(value))
