"""Keys of an app that a mapping makes UUIDs of, found again before anything is written there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from database.settings import Settings
from database.statements import Row, fetch
from ingestion.contract import find_table
from ingestion.following.tables import SourceTable
from orchestration.sourcing import choose_tables
from orchestration.write_back import load

# Whose keys the columns of alerts and levels hold.
OWNERS = {"request_id": "workflow_requests", "level_id": "approval_levels", "approver_id": "users"}


@dataclass(frozen=True)
class KeyLookup:
    """A relation of the source that has both keys of its rows: `key`, a UUID, and the `own_key`."""

    relation: str
    key: str
    own_key: str

    def find(self, source: psycopg.Connection, keys: Sequence[str]) -> dict[str, str]:
        """Return the app's keys by ours, both as texts; rows that the app has not are left out."""
        statement = sql.SQL(load("find_keys")).format(
            relation=sql.SQL(self.relation),
            key=sql.Identifier(self.key),
            own_key=sql.Identifier(self.own_key),
            keys=sql.Literal(list(keys)),
        )
        return {row["row_key"]: row["own_key"] for row in fetch(source, statement)}


@dataclass(frozen=True)
class MappedKeys:
    """What a mapping says of keys: the lookups by our columns, and the app's table of levels."""

    lookups: Mapping[str, KeyLookup]
    levels: str | None = None
    level_key: str | None = None


def read_mapped_keys(settings: Settings, url: str) -> MappedKeys:
    """Return what TAT_SOURCE_MAPPING says of keys; nothing where it is not set.

    `url` leads to the source. Raises MappingError, SourceAwayError.
    """
    if settings.source_mapping is None:
        return MappedKeys({})
    from ingestion.mapping.reading import read_mapping

    lookups = list_lookups(choose_tables(settings, url))
    levels = read_mapping(settings.source_mapping).tables["approval_levels"]
    key = levels.find_value("level_id")
    column = key.column if key else None
    return MappedKeys(lookups, levels.from_, column.rpartition(".")[2] if column else None)


def list_lookups(tables: Iterable[SourceTable]) -> dict[str, KeyLookup]:
    """Return how the app's keys are found, by our columns that hold them."""
    made = {table.table: table for table in tables if table.paged_by}
    return {
        column: KeyLookup(made[owner].relation, find_table(owner).key, made[owner].paged_by or "")
        for column, owner in OWNERS.items()
        if owner in made
    }


def translate_keys(
    source: psycopg.Connection, lookups: Mapping[str, KeyLookup], rows: Sequence[Row]
) -> list[Row]:
    """Return the rows with the app's keys in place of ours, without those that it no longer has."""
    translated = list(rows)
    for column, lookup in lookups.items():
        found = lookup.find(source, sorted({row[column] for row in translated}))
        translated = [
            row | {column: found[row[column]]} for row in translated if row[column] in found
        ]
    return translated
