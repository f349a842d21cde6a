"""What a round of following works with, and what it reports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ingestion.following.capturing import Capture
from ingestion.following.changes import Door, Loaded
from ingestion.following.cursor import Outcome
from ingestion.following.shape import Shape
from ingestion.following.source import Source
from ingestion.following.state import TableState


@dataclass(frozen=True)
class FollowReport:
    """What one round did.

    `faults` says of tables that are not followed why, `fresh_columns` which columns the source
    has since this round. `is_through` tells that nothing was left when time was up. `statements`
    and `rows_read` are what the source was asked for and gave.
    """

    loaded: Loaded
    faults: dict[str, str]
    fresh_columns: dict[str, list[str]]
    is_through: bool
    read_at: datetime | None
    statements: int
    rows_read: int


@dataclass
class Round:
    """What a round works with: the open source, the way into the warehouse, tables and outcome."""

    source: Source
    door: Door
    captures: Sequence[Capture] = ()
    shapes: list[Shape] = field(default_factory=list)
    outcome: Outcome = field(init=False)

    def __post_init__(self) -> None:
        """Stop the tables that are refused as those that can't be read."""
        self.outcome = Outcome(self.door.faults)

    def list_followed(self, states: dict[str, TableState], *, is_loaded: bool) -> Iterator[Shape]:
        """Yield the tables that are followed, those whose first load is through or the others."""
        for shape in self.shapes:
            state = states.get(shape.table.name)
            is_ready = shape.is_followed and shape.table.name not in self.outcome.faults
            if state is not None and is_ready and state.is_loaded is is_loaded:
                yield shape

    def report(
        self,
        loaded: Loaded,
        *,
        is_through: bool,
        read_at: datetime | None = None,
        fresh_columns: dict[str, list[str]] | None = None,
    ) -> FollowReport:
        """Return what was done so far as a report."""
        return FollowReport(
            loaded=loaded,
            faults=self.outcome.faults,
            fresh_columns=fresh_columns or {},
            is_through=is_through,
            read_at=read_at,
            statements=self.source.statements,
            rows_read=self.source.rows,
        )
