"""A company's two years, generated in the database: requests, levels, clocks, alerts and talk."""

from datetime import datetime, timedelta

from benchmarks.population import Progress, create_rows
from database.connect import Database, connect, connect_as_superuser

USERS = 5000
STEPS = (
    "draw_requests",
    "create_warehouse_users",
    "create_warehouse_requests",
    "create_warehouse_levels",
    "create_warehouse_clocks",
    "create_warehouse_alerts",
    "create_warehouse_notes",
    "create_warehouse_attachments",
    "create_warehouse_documents",
    "create_warehouse_participants",
    "create_warehouse_activities",
)


def populate_warehouse(
    database: Database, requests: int, base: datetime, progress: Progress
) -> None:
    """Fill a fresh database with requests, three times as many levels, and talk, up to `base`."""
    assert database.home is not None
    with connect(database, "tat_owner", autocommit=True) as owner:
        span = (base - timedelta(days=800)).date(), (base + timedelta(days=400)).date()
        owner.execute("select tat.extend_calendars(%s, %s)", span)
    with connect_as_superuser(database.home, database.name) as connection:
        parameters = {"requests": requests, "base": base, "users": USERS}
        create_rows(connection, STEPS, parameters, progress)
        progress("vacuum and analyze")
        connection.execute("vacuum analyze")
