"""A small whole bundle for tests, and writing bundles in each format."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

Row = dict[str, Any]
Rows = dict[str, list[Row]]

NAMESPACE = UUID("0b5c6c0e-7c1e-4d55-9d0e-3f6d1c1f2a11")
FORMATS = ("csv", "csv.gz", "jsonl", "jsonl.gz")


def key_of(name: str) -> str:
    """The same UUID for the same name."""
    return str(uuid5(NAMESPACE, name))


def build_rows() -> Rows:
    """One or two good rows for each table of the contract."""
    return {
        "users": [build_user("ada"), build_user("ben", department="Finance")],
        "workflow_requests": [build_request("r1"), build_request("r2", status="APPROVED")],
        "approval_levels": [
            build_level("l1", status="APPROVED", level_end_time="2026-03-02T12:00:00+05:30"),
            build_level("l2", level_number=2, level_start_time=None, tat_start_time=None),
        ],
        "participants": [
            {
                "participant_id": key_of("p1"),
                "request_id": key_of("r1"),
                "user_id": key_of("ben"),
                "participant_type": "SPECTATOR",
                "added_at": "2026-03-02T09:00:00Z",
                "is_active": True,
            }
        ],
        "work_notes": [
            {
                "note_id": key_of("n1"),
                "request_id": key_of("r1"),
                "user_id": key_of("ada"),
                "message": 'Two lines,\nwith "quotes", a tab\t, a \\ and ä.',
                "is_deleted": False,
                "created_at": "2026-03-02T09:10:00.123456Z",
            }
        ],
        "work_note_attachments": [
            {
                "attachment_id": key_of("a1"),
                "note_id": key_of("n1"),
                "file_name": "quote, signed.pdf",
                "uploaded_at": "2026-03-02T09:11:00Z",
            }
        ],
        "documents": [
            {
                "document_id": key_of("d1"),
                "request_id": key_of("r1"),
                "uploaded_by": key_of("ada"),
                "file_name": "terms.pdf",
                "file_size": 5_000_000_000,
                "category": None,
                "is_deleted": False,
                "uploaded_at": "2026-03-02T09:12:00Z",
            }
        ],
        "activities": [
            {
                "activity_id": key_of("v1"),
                "request_id": key_of("r1"),
                "user_id": key_of("somebody long gone"),
                "user_name": "Somebody",
                "activity_type": "created",
                "activity_description": None,
                "metadata": {"amount": 12.5, "tags": ["a", "ü"], "note": "line\nbreak"},
                "is_system_event": False,
                "created_at": "2026-03-02T09:00:00+00:00",
            }
        ],
        "holidays": [
            {
                "holiday_id": key_of("h1"),
                "holiday_date": "2026-08-15",
                "holiday_name": "Independence Day",
                "holiday_type": "NATIONAL",
                "is_recurring": True,
                "is_active": True,
                "applies_to_departments": ["Sales", 'R "and" D, Pune'],
                "applies_to_locations": [],
            }
        ],
        "level_pauses": [
            {
                "pause_id": key_of("z1"),
                "level_id": key_of("l1"),
                "paused_at": "2026-03-02T10:00:00+05:30",
                "resumed_at": None,
                "reason": "waits for the supplier",
            }
        ],
        "delegations": [
            {
                "delegation_id": key_of("d1"),
                "user_id": key_of("ada"),
                "delegate_id": key_of("ben"),
                "starts_at": "2026-03-02T09:00:00Z",
                "ends_at": "2026-03-06T17:00:00Z",
                "reason": "leave",
                "is_active": True,
                "created_at": "2026-02-20T09:00:00Z",
                "updated_at": "2026-02-20T09:00:00Z",
            }
        ],
    }


def build_user(name: str, **changes: Any) -> Row:
    """A good user."""
    return {
        "user_id": key_of(name),
        "email": f"{name}@example.com",
        "display_name": name.title(),
        "department": "Sales",
        "reporting_manager_id": None,
        "is_active": True,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    } | changes


def build_request(name: str, **changes: Any) -> Row:
    """A good request by ada."""
    return {
        "request_id": key_of(name),
        "request_number": name.upper(),
        "initiator_id": key_of("ada"),
        "title": f"Request {name}",
        "priority": "STANDARD",
        "status": "IN_PROGRESS",
        "total_levels": 2,
        "total_tat_hours": "40.5",
        "submission_date": "2026-03-02T09:00:00+05:30",
        "closure_date": None,
        "is_draft": False,
        "created_at": "2026-03-02T09:00:00+05:30",
        "updated_at": "2026-03-02T09:00:00+05:30",
    } | changes


def build_level(name: str, **changes: Any) -> Row:
    """A good level of r1, approved by ben, that waits for its turn."""
    return {
        "level_id": key_of(name),
        "request_id": key_of("r1"),
        "level_number": 1,
        "level_name": "Manager",
        "approver_id": key_of("ben"),
        "status": "PENDING",
        "tat_hours": "16",
        "level_start_time": "2026-03-02T09:00:00+05:30",
        "tat_start_time": "2026-03-02T09:00:00+05:30",
        "level_end_time": None,
        "comments": None,
        "created_at": "2026-03-02T09:00:00+05:30",
        "updated_at": "2026-03-02T12:00:00+05:30",
    } | changes


def write_bundle(directory: Path, rows: Rows, file_format: str = "csv") -> Path:
    """Write each table as a file of the format; return the folder."""
    directory.mkdir(parents=True, exist_ok=True)
    for table, records in rows.items():
        write = write_jsonl if file_format.startswith("jsonl") else write_csv
        text = write(records).encode()
        data = gzip.compress(text) if file_format.endswith(".gz") else text
        (directory / f"{table}.{file_format}").write_bytes(data)
    return directory


def write_csv(records: list[Row]) -> str:
    """A header of all the columns, then the rows."""
    columns = list(dict.fromkeys(name for record in records for name in record))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([write_field(record.get(name)) for name in columns] for record in records)
    return text.getvalue()


def write_field(value: Any) -> str:
    """A value as CSV exports write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, list | dict) else str(value)


def write_jsonl(records: list[Row]) -> str:
    """One object a line."""
    return "".join(json.dumps(record) + "\n" for record in records)


def count_rows(rows: Rows) -> int:
    """How many rows a bundle has."""
    return sum(len(records) for records in rows.values())
