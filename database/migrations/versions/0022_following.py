"""How far the app's own database was followed."""

from database.migrations import run_sql

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_sql("0022")
