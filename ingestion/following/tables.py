"""Which rows of a source stand for which table of the contract."""

from dataclasses import dataclass

from psycopg import sql

from ingestion.contract import TABLES
from ingestion.tables import Table

# When a row came to be, in tables whose rows do not say when they changed.
ADDED_AT = {
    "participants": "added_at",
    "work_notes": "created_at",
    "work_note_attachments": "uploaded_at",
    "documents": "uploaded_at",
    "activities": "created_at",
}


@dataclass(frozen=True)
class SourceTable:
    """One table of the contract, as it is read at the source.

    `relation` stands after `from` there: a quoted name, or a select in parentheses; its columns
    are named as the contract's, and its key is a uuid. `changed_at` is the relation's
    timestamptz that grows with every change of a row. Where there is none, `added_at` may date
    at least new rows: those are then followed, and the changed ones found when the whole table
    is compared. Without either the whole table is compared each time that it was written.
    `paged_by` is the source's own key where the uuid is made of it: by its order, for which the
    source has an index, the whole table is read.
    """

    table: str
    relation: str
    changed_at: str | None = None
    added_at: str | None = None
    paged_by: str | None = None

    @property
    def follows(self) -> str | None:
        """The column by which new rows are found without a look at the others."""
        return self.changed_at or self.added_at


def read_contract_tables(source_schema: str) -> tuple[SourceTable, ...]:
    """Return the tables of an app whose tables are the contract's, parents first."""
    return tuple(describe_contract_table(source_schema, table) for table in TABLES)


def describe_contract_table(source_schema: str, table: Table) -> SourceTable:
    """Say how a table is read that stands in `source_schema` as the contract has it."""
    return SourceTable(
        table=table.name,
        relation=sql.Identifier(source_schema, table.name).as_string(None),
        changed_at="updated_at" if table.is_versioned else None,
        added_at=ADDED_AT.get(table.name),
    )
