"""Percentages of alerts without zeros behind the point, and columns by their usual words."""

from database.migrations import run_sql

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    run_sql("0025")
