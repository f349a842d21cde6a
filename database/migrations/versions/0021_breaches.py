"""The instant at which a level is breached, beside that at which it is due."""

from database.migrations import run_sql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run_sql("0021")
