"""Dated edits of policies, and foreign keys that a first load checks as it commits."""

from database.migrations import run_sql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_sql("0018")
