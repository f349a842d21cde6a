"""What must hold of the attachments of work notes."""

from ingestion.contract import WORK_NOTE_ATTACHMENTS
from ingestion.expectations.claims import (
    Claim,
    require_known_parent,
    require_presence,
    require_unique_key,
)


def list_claims() -> list[Claim]:
    """Return the claims about attachments."""
    return [
        require_presence("attachment_ids_are_present", "attachment_id"),
        require_unique_key("attachment_ids_are_unique", WORK_NOTE_ATTACHMENTS),
        require_presence("attachment_notes_are_present", "note_id"),
        require_known_parent("attachment_notes_are_known", WORK_NOTE_ATTACHMENTS.column("note_id")),
        require_presence("attachment_upload_times_are_present", "uploaded_at"),
    ]
