"""Level derivation."""

from ingestion.migrations import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_sql("0010_level_derivation")
