"""Aging: what is open, for how long, and who holds it."""

from orchestration.dashboards.declaring import (
    APPROVER,
    DEPARTMENT,
    PRIORITY,
    Board,
    Row,
)
from orchestration.dashboards.kinds import ONE_DECIMAL, card, ranked, table

OPEN, STATES = "vw_workflow_aging", ("on_track_now", "delayed_now")
AGING = Board(
    "Aging",
    "What is open now, for how long, and who holds it. A request is delayed when its current "
    "level is past due. An empty chart means that no such request is open.",
    [DEPARTMENT, PRIORITY, APPROVER],
    [
        Row(
            24,
            [
                card("Open requests", OPEN, "open_now"),
                card("Delayed requests", OPEN, "delayed_now"),
                card("Delayed (% of open)", OPEN, "delayed_share", ONE_DECIMAL),
                card("Oldest (days)", OPEN, "oldest_age_days", ONE_DECIMAL),
            ],
        ),
        Row(
            46,
            [
                ranked(
                    "Open requests, by days since submission",
                    OPEN,
                    STATES,
                    "aging_bucket",
                    "requests",
                    order="-min(aging_bucket_order)",
                ),
                ranked(
                    "Open requests, by department",
                    OPEN,
                    STATES,
                    "department_name",
                    "requests",
                    order="count(*)",
                ),
            ],
        ),
        Row(
            46,
            [
                ranked(
                    "Open requests, by level that has to be decided",
                    OPEN,
                    STATES,
                    "current_level_name",
                    "requests",
                    order="count(*)",
                ),
                ranked(
                    "Delayed requests, by approver",
                    OPEN,
                    ["delayed_now"],
                    "approver_name",
                    "requests",
                    only="is_delayed",
                ),
            ],
        ),
        Row(
            80,
            [
                table(
                    "Open requests, delayed and oldest first",
                    OPEN,
                    [
                        *("request_link", "title", "department_name", "priority", "state"),
                        *("age_days", "age_business_days", "current_level_name"),
                        *("approver_name", "hours_in_current_level", "tat_percentage_used"),
                        *("expected_completion_time_local", "submission_date_local"),
                    ],
                    ["state", "-age_days"],
                    shapes=dict.fromkeys(
                        ("age_days", "hours_in_current_level", "tat_percentage_used"),
                        ONE_DECIMAL,
                    ),
                )
            ],
        ),
    ],
    has_dates=False,
)
