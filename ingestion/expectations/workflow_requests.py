"""What must hold of requests."""

from ingestion.contract import WORKFLOW_REQUESTS
from ingestion.expectations.claims import (
    Claim,
    forbid_negative,
    require_known_parent,
    require_known_values,
    require_newer_update,
    require_order,
    require_presence,
    require_unique_key,
)


def list_claims() -> list[Claim]:
    """Return the claims about requests."""
    return [
        require_presence("request_ids_are_present", "request_id"),
        require_unique_key("request_ids_are_unique", WORKFLOW_REQUESTS),
        require_presence("request_numbers_are_present", "request_number"),
        require_presence("request_initiators_are_present", "initiator_id"),
        require_known_parent(
            "request_initiators_are_known", WORKFLOW_REQUESTS.column("initiator_id")
        ),
        require_presence("request_titles_are_present", "title"),
        require_presence("request_priorities_are_present", "priority"),
        require_known_values("request_priorities_are_known", WORKFLOW_REQUESTS.column("priority")),
        require_presence("request_statuses_are_present", "status"),
        require_known_values("request_statuses_are_known", WORKFLOW_REQUESTS.column("status")),
        forbid_negative("request_current_levels_are_not_negative", "current_level"),
        forbid_negative("request_total_levels_are_not_negative", "total_levels"),
        forbid_negative("request_tat_hours_are_not_negative", "total_tat_hours"),
        require_order("requests_close_after_submission", "submission_date", "closure_date"),
        require_presence("request_creation_times_are_present", "created_at"),
        require_presence("request_update_times_are_present", "updated_at"),
        require_newer_update("requests_are_updated_after_creation"),
    ]
