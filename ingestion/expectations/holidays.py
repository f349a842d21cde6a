"""What must hold of holidays."""

from ingestion.contract import HOLIDAYS
from ingestion.expectations.claims import (
    Claim,
    require_known_values,
    require_presence,
    require_unique_key,
)


def list_claims() -> list[Claim]:
    """Return the claims about holidays."""
    return [
        require_presence("holiday_ids_are_present", "holiday_id"),
        require_unique_key("holiday_ids_are_unique", HOLIDAYS),
        require_presence("holiday_dates_are_present", "holiday_date"),
        require_presence("holiday_names_are_present", "holiday_name"),
        require_known_values("holiday_types_are_known", HOLIDAYS.column("holiday_type")),
    ]
