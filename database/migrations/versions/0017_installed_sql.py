"""Which functions, views and triggers are installed."""

from database.migrations import run_sql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_sql("0017")
