"""Clocks that know when a stated instant ahead of the present will change them."""

from database.migrations import run_sql

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_sql("0019")
