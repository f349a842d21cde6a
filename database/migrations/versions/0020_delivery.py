"""Who is told of an alert, by which channels, and what became of each message."""

from database.migrations import run_sql

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_sql("0020")
