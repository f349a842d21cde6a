"""Many levels at once, and what must be true of all of them."""

from datetime import timedelta
from uuid import UUID

from tests.alerts.workflow import Workflow, january

ALL = ["TAT_50", "TAT_75", "TAT_100"]


def add_levels(workflow: Workflow, count: int) -> list[UUID]:
    """Add levels of one request, one minute apart."""
    request_id = workflow.add_request()
    return [
        workflow.add_level(
            request_id=request_id, started_at=january(5, 14) + timedelta(minutes=number)
        )
        for number in range(count)
    ]


def count_rows(workflow: Workflow, table: str) -> int:
    """Count the rows of a table."""
    counts = {
        "tat_alerts": "select count(*) as rows from tat.tat_alerts",
        "outbox": "select count(*) as rows from tat.outbox",
        "activities": "select count(*) as rows from workflow.activities",
        "tick_log": "select count(*) as rows from tat.tick_log",
    }
    return int(workflow.fetch_all(counts[table])[0]["rows"])


def assert_recorded_once(workflow: Workflow, levels: list[UUID]) -> None:
    """Every level has each alert, activity and flag once, and one notification."""
    assert all(workflow.list_types(level) == ALL for level in levels)
    assert all(workflow.list_flags(level) == ALL for level in levels)
    assert count_rows(workflow, "activities") == 3 * len(levels)
    assert count_rows(workflow, "outbox") == len(levels)
