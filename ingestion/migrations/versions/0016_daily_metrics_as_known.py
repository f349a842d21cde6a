"""Daily metrics as known."""

from ingestion.migrations import run_sql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_sql("0016_daily_metrics_as_known")
