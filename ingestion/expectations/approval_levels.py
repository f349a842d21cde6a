"""What must hold of approval levels."""

from ingestion.contract import APPROVAL_LEVELS
from ingestion.expectations.claims import (
    Claim,
    forbid_negative,
    require_known_parent,
    require_known_values,
    require_newer_update,
    require_order,
    require_presence,
    require_unique_key,
    require_unique_pair,
)


def list_claims() -> list[Claim]:
    """Return the claims about approval levels."""
    return [*claim_identity(), *claim_assignment(), *claim_times()]


def claim_identity() -> list[Claim]:
    """Which level of which request a row is."""
    return [
        require_presence("level_ids_are_present", "level_id"),
        require_unique_key("level_ids_are_unique", APPROVAL_LEVELS),
        require_presence("level_requests_are_present", "request_id"),
        require_known_parent("level_requests_are_known", APPROVAL_LEVELS.column("request_id")),
        require_presence("level_numbers_are_present", "level_number"),
        forbid_negative("level_numbers_are_not_negative", "level_number"),
        require_unique_pair("level_numbers_are_unique", "request_id", "level_number"),
    ]


def claim_assignment() -> list[Claim]:
    """Who decides, how it stands, how long it may take."""
    return [
        require_presence("level_approvers_are_present", "approver_id"),
        require_known_parent("level_approvers_are_known", APPROVAL_LEVELS.column("approver_id")),
        require_known_parent("level_skippers_are_known", APPROVAL_LEVELS.column("skipped_by")),
        require_presence("level_statuses_are_present", "status"),
        require_known_values("level_statuses_are_known", APPROVAL_LEVELS.column("status")),
        require_presence("level_tat_hours_are_present", "tat_hours"),
        forbid_negative("level_tat_hours_are_not_negative", "tat_hours"),
    ]


def claim_times() -> list[Claim]:
    """In which order things happened."""
    return [
        # Only a warning once landed: the engine fills in starts that the source did not give.
        require_order(
            "levels_end_after_they_start",
            "level_start_time",
            "level_end_time",
            severity="warning",
        ),
        require_order(
            "levels_end_after_their_clocks_start",
            "tat_start_time",
            "level_end_time",
            severity="warning",
        ),
        require_presence("level_creation_times_are_present", "created_at"),
        require_presence("level_update_times_are_present", "updated_at"),
        require_newer_update("levels_are_updated_after_creation"),
    ]
