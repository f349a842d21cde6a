"""Which types of a source the columns of the contract take, and what to do about the others."""

from dataclasses import dataclass

from ingestion.following.shape import READABLE
from ingestion.tables import Column

# PostgreSQL's categories of text (S), enum (E) and what has no type yet (X).
TEXTS = "SEX"


@dataclass(frozen=True)
class SourceType:
    """A type of the source, such as integer, int4 and N: in full, in the catalog, its category."""

    name: str
    catalog_name: str
    category: str

    @property
    def is_text(self) -> bool:
        """Whether its values are texts, which may be empty or have blanks around them."""
        return self.category in TEXTS

    @property
    def is_local_time(self) -> bool:
        """Whether its values are times without an offset, or days."""
        return self.catalog_name in ("timestamp", "date")

    def is_readable(self, column: Column) -> bool:
        """Whether a column of the contract takes its values as they are."""
        return not {self.catalog_name, self.category}.isdisjoint(READABLE[column.type])


TEXT = SourceType("text", "text", "S")


def explain_type(column: Column, origin: SourceType, given: SourceType) -> str:
    """Say why a column can't take what is made of a source's values, and what to do."""
    if column.type == "timestamptz" and origin.is_local_time:
        return (
            f"{origin.name} has no offset: say the zone of the source's times, such as time_zone: "
            "Europe/Amsterdam"
        )
    return f"{given.name} can't be read as {column.type}: {advise(column, origin)}"


def advise(column: Column, origin: SourceType) -> str:
    """Say what to write instead."""
    if origin.category == "T":
        return "write sql: extract(epoch from ...) / 3600 for hours"
    if column.type in ("timestamptz", "date") and origin.category == "N":
        return "write sql: to_timestamp(...) of its seconds"
    if column.type == "timestamptz":
        return "write sql that gives a timestamptz, such as (...)::timestamptz"
    return f"choose another column, or write sql that gives {column.type}"
