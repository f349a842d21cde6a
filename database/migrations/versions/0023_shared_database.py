"""What changed in the app's own tables, and what is to be written there."""

from database.migrations import run_sql

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run_sql("0023")
