"""What must hold of work notes."""

from ingestion.contract import WORK_NOTES
from ingestion.expectations.claims import (
    Claim,
    require_known_parent,
    require_presence,
    require_unique_key,
)


def list_claims() -> list[Claim]:
    """Return the claims about work notes."""
    return [
        require_presence("note_ids_are_present", "note_id"),
        require_unique_key("note_ids_are_unique", WORK_NOTES),
        require_presence("note_requests_are_present", "request_id"),
        require_known_parent("note_requests_are_known", WORK_NOTES.column("request_id")),
        require_presence("note_authors_are_present", "user_id"),
        require_known_parent("note_authors_are_known", WORK_NOTES.column("user_id")),
        require_presence("note_creation_times_are_present", "created_at"),
    ]
