"""What must hold of the pauses of levels."""

from ingestion.contract import LEVEL_PAUSES
from ingestion.expectations.claims import (
    Claim,
    require_known_parent,
    require_order,
    require_presence,
    require_unique_key,
)


def list_claims() -> list[Claim]:
    """Return the claims about pauses."""
    return [
        require_presence("pause_ids_are_present", "pause_id"),
        require_unique_key("pause_ids_are_unique", LEVEL_PAUSES),
        require_presence("pause_levels_are_present", "level_id"),
        require_known_parent("pause_levels_are_known", LEVEL_PAUSES.column("level_id")),
        require_presence("pause_starts_are_present", "paused_at"),
        require_order("pauses_end_after_they_start", "paused_at", "resumed_at"),
    ]
