"""All tables, indexes and constraints: what revisions 0001 to 0016 had made."""

from database.migrations import run_sql

revision = "0016"
down_revision = None


def upgrade() -> None:
    run_sql("0016")
