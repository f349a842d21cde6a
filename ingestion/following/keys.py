"""Keys as a source has them, where the contract's are made of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from psycopg import sql

from database.statements import load_statement
from ingestion.following.shape import Shape
from ingestion.following.source import Source


@dataclass(frozen=True)
class OwnKeys:
    """How the source's own keys become the contract's.

    `made` is an SQL expression over own.key, a text; `type` is the type that they have there.
    """

    made: str
    type: str

    def convert(self, source: Source, keys: Sequence[str]) -> list[str]:
        """Return the contract's keys of these; one that is empty has none."""
        statement = sql.SQL(load_statement("ingestion.following", "convert_keys")).format(
            made=sql.SQL(self.made), keys=sql.Literal(list(keys))
        )
        return [row["row_key"] for row in source.fetch(statement) if row["row_key"] is not None]

    def narrow(self, shape: Shape, keys: Sequence[str]) -> Shape:
        """Return the table with the rows of these keys alone, found by the source's index."""
        narrowed = sql.SQL(load_statement("ingestion.following", "narrow_relation")).format(
            relation=sql.SQL(shape.source.relation),
            key=sql.Identifier(shape.source.paged_by or shape.table.key),
            keys=sql.Literal(list(keys)),
            type=sql.SQL(self.type),
        )
        return replace(shape, source=replace(shape.source, relation=narrowed.as_string(None)))
