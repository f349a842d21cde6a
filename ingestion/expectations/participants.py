"""What must hold of participants."""

from ingestion.contract import PARTICIPANTS
from ingestion.expectations.claims import (
    Claim,
    require_known_parent,
    require_known_values,
    require_presence,
    require_unique_key,
)


def list_claims() -> list[Claim]:
    """Return the claims about participants."""
    return [
        require_presence("participant_ids_are_present", "participant_id"),
        require_unique_key("participant_ids_are_unique", PARTICIPANTS),
        require_presence("participant_requests_are_present", "request_id"),
        require_known_parent("participant_requests_are_known", PARTICIPANTS.column("request_id")),
        require_presence("participant_users_are_present", "user_id"),
        require_known_parent("participant_users_are_known", PARTICIPANTS.column("user_id")),
        require_presence("participant_types_are_present", "participant_type"),
        require_known_values(
            "participant_types_are_known", PARTICIPANTS.column("participant_type")
        ),
    ]
