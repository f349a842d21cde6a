"""What must hold of users."""

from ingestion.contract import USERS
from ingestion.expectations.claims import (
    Claim,
    require_known_parent,
    require_newer_update,
    require_presence,
    require_unique_key,
)


def list_claims() -> list[Claim]:
    """Return the claims about users."""
    return [
        require_presence("user_ids_are_present", "user_id"),
        require_unique_key("user_ids_are_unique", USERS),
        require_presence("user_emails_are_present", "email"),
        require_presence("user_names_are_present", "display_name"),
        require_known_parent("user_managers_are_known", USERS.column("reporting_manager_id")),
        require_newer_update("users_are_updated_after_creation"),
    ]
