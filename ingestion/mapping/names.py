"""Names that are nearly right."""

import difflib
from collections.abc import Iterable


def suggest(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean NAME?" for the known name that is nearest, or nothing."""
    by_lower = {other.lower(): other for other in known}
    nearest = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return f"; did you mean {by_lower[nearest[0]]}?" if nearest else ""
