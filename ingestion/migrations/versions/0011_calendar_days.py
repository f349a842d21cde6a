"""Calendar days."""

from ingestion.migrations import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_sql("0011_calendar_days")
