"""Rows of the quarantine that were given up, and events that were taken over HTTP."""

from database.migrations import run_sql

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    run_sql("0024")
