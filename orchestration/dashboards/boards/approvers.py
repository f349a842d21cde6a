"""Approvers: who decides how much and how punctually, and what waits for each."""

from orchestration.dashboards.declaring import APPROVER, PRIORITY, Board, Filter, Row
from orchestration.dashboards.kinds import (
    ONE_DECIMAL,
    card,
    change,
    histogram,
    over_time,
    ranked,
    summary,
    table,
)

IN_PROGRESS = "tat_status in ('ON_TRACK', 'AT_RISK', 'BREACHED', 'PAUSED')"
APPROVERS = Board(
    "Approvers",
    "Who decides how much and how punctually, and what waits for each. Choose a person under "
    "*Approver* to see one queue. Departments are the approvers' own. Queues show now; the rest "
    "is of the period, and empty where nothing was decided in it.",
    [
        Filter("Approver's department", "approver_department_name", "metric_levels"),
        PRIORITY,
        APPROVER,
    ],
    [
        Row(
            24,
            [
                card("Waiting for a decision now", "metric_levels", "pending_actions"),
                change("Levels decided", "metric_levels", "approvals_completed", "decided_day"),
                change(
                    "Levels decided in time (%)",
                    "metric_levels",
                    "tat_compliance",
                    "decided_day",
                    ONE_DECIMAL,
                ),
                change(
                    "Average response (h)",
                    "metric_levels",
                    "avg_response_hours",
                    "decided_day",
                    ONE_DECIMAL,
                ),
            ],
        ),
        Row(
            70,
            [
                summary(
                    "Leaderboard",
                    "metric_levels",
                    ["approver_name", "approver_department_name"],
                    [
                        *("approvals_completed", "levels_within_tat", "levels_late"),
                        *("tat_compliance", "avg_response_hours", "median_response_hours"),
                    ],
                    order="levels_within_tat",
                    day="decided_day",
                    only="is_decided",
                )
            ],
        ),
        Row(
            70,
            [
                table(
                    "Queue",
                    "vw_tat_compliance",
                    [
                        *("approver_name", "request_link", "request_title", "department_name"),
                        *("priority", "level_name", "state", "expected_completion_time_local"),
                        *("tat_hours_allocated", "tat_hours_elapsed", "tat_hours_remaining"),
                        "tat_percentage_used",
                    ],
                    ["expected_completion_time_local"],
                    shapes=dict.fromkeys(
                        (
                            *("tat_hours_allocated", "tat_hours_elapsed"),
                            *("tat_hours_remaining", "tat_percentage_used"),
                        ),
                        ONE_DECIMAL,
                    ),
                    only=IN_PROGRESS,
                )
            ],
        ),
        Row(
            60,
            [
                ranked(
                    "The longest queues, by state",
                    "vw_tat_compliance",
                    ["on_track", "at_risk", "breached", "paused"],
                    "approver_name",
                    "levels",
                    order="count(*)",
                    only=IN_PROGRESS,
                ),
                histogram(
                    "Response times",
                    "metric_levels",
                    "response_hours",
                    "TAT hours from start to decision",
                    "levels",
                    day="decided_day",
                ),
            ],
        ),
        Row(
            46,
            [
                over_time(
                    "Levels decided, by week",
                    "metric_levels",
                    ["levels_within_tat", "levels_late"],
                    "decided_day",
                    "levels",
                    bars=True,
                ),
                over_time(
                    "Average response time, by week (TAT hours)",
                    "metric_levels",
                    ["avg_response_hours"],
                    "decided_day",
                    "TAT hours",
                    by=["priority"],
                    shape=ONE_DECIMAL,
                    only="response_hours is not null",
                ),
            ],
        ),
    ],
)
