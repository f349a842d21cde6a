"""What must hold of activities."""

from ingestion.contract import ACTIVITIES
from ingestion.expectations.claims import (
    Claim,
    require_known_parent,
    require_presence,
    require_unique_key,
)


def list_claims() -> list[Claim]:
    """Return the claims about activities."""
    return [
        require_presence("activity_ids_are_present", "activity_id"),
        require_unique_key("activity_ids_are_unique", ACTIVITIES),
        require_presence("activity_requests_are_present", "request_id"),
        require_known_parent("activity_requests_are_known", ACTIVITIES.column("request_id")),
        require_known_parent("activity_users_are_known", ACTIVITIES.column("user_id")),
        require_presence("activity_types_are_present", "activity_type"),
        require_presence("activity_times_are_present", "created_at"),
    ]
