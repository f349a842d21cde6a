"""Keys: UUIDs as they come, and other systems' keys made into UUIDs."""

import re
from functools import cache
from uuid import UUID, uuid5

# The root of the names below; changing it would change every mapped key.
NAMESPACE = UUID("6f0c7a52-1f0e-4c41-9a3b-6f2d9c1e5a70")

UUID_TEXT = re.compile(
    r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}"
)


def map_key(table: str, value: str) -> UUID:
    """Return the UUID under which `table` holds the source key `value`, such as "REQ-17".

    A UUID, in any case, with or without hyphens, stands for itself. Anything else becomes its
    UUIDv5 in the table's namespace, so that a reference to the key is mapped alike.
    """
    trimmed = value.strip()
    if UUID_TEXT.fullmatch(trimmed):
        return UUID(trimmed)
    return uuid5(find_namespace(table), trimmed)


@cache
def find_namespace(table: str) -> UUID:
    """Return the namespace of a table's keys."""
    return uuid5(NAMESPACE, table)
