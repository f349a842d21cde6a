"""What triggers note of the app's tables: the contract's own, or those that a mapping reads."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from database.settings import Settings
from ingestion.following.adopting import Adoption, list_captures
from ingestion.following.capturing import Capture
from ingestion.following.source import open_source
from ingestion.following.tables import SourceTable, read_contract_tables

# A mapping asks for the types of its columns, and reads no row.
MAPPING_SECONDS = 5


def undate(tables: Iterable[SourceTable]) -> list[SourceTable]:
    """Return tables whose changes triggers note: they need no column that grows with each.

    A mapping's own changed_at stays, which would be a column that nobody knows.
    """
    return [
        replace(table, changed_at=None, added_at=None)
        if table.changed_at in (None, "updated_at")
        else table
        for table in tables
    ]


def choose_captures(settings: Settings, url: str, adoption: Adoption) -> Sequence[Capture]:
    """Return what is to be noted, by TAT_SOURCE_MAPPING where it is set.

    `url` leads to the tables. Raises MappingError, SourceAwayError.
    """
    if settings.source_mapping is None:
        return list_captures(adoption, read_contract_tables(adoption.schema))
    from ingestion.mapping.capturing import list_mapped_captures

    with open_source(url, seconds=MAPPING_SECONDS) as source:
        return list_mapped_captures(
            source.connection, settings.source_mapping, per_row=adoption.is_replicated
        )
