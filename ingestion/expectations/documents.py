"""What must hold of documents."""

from ingestion.contract import DOCUMENTS
from ingestion.expectations.claims import (
    Claim,
    forbid_negative,
    require_known_parent,
    require_presence,
    require_unique_key,
)


def list_claims() -> list[Claim]:
    """Return the claims about documents."""
    return [
        require_presence("document_ids_are_present", "document_id"),
        require_unique_key("document_ids_are_unique", DOCUMENTS),
        require_presence("document_requests_are_present", "request_id"),
        require_known_parent("document_requests_are_known", DOCUMENTS.column("request_id")),
        require_presence("document_uploaders_are_present", "uploaded_by"),
        require_known_parent("document_uploaders_are_known", DOCUMENTS.column("uploaded_by")),
        forbid_negative("document_sizes_are_not_negative", "file_size"),
        require_presence("document_upload_times_are_present", "uploaded_at"),
    ]
