"""Overview: how much comes in, how it goes out, how punctually."""

from orchestration.dashboards.declaring import DEPARTMENT, PRIORITY, Board, Row
from orchestration.dashboards.kinds import (
    DAY,
    ONE_DECIMAL,
    card,
    change,
    over_time,
    pie,
    summary,
)

SUBMITTED = "is_submitted"
OVERVIEW = Board(
    "Overview",
    "What was submitted, decided and in time. Cards compare the period with the one of the same "
    "length before; those of open requests show now. An empty chart means that nothing of its "
    "kind lies in the period: choose a longer one under *Date*.",
    [DEPARTMENT, PRIORITY],
    [
        Row(
            24,
            [
                change("Requests submitted", "metric_requests", "total_requests", "submission_day"),
                change("Levels decided", "metric_levels", "approvals_completed", "decided_day"),
                change(
                    "Levels decided in time (%)",
                    "metric_levels",
                    "tat_compliance",
                    "decided_day",
                    ONE_DECIMAL,
                ),
                change(
                    "Average cycle time (hours)",
                    "metric_requests",
                    "avg_cycle_time_hours",
                    "closure_day",
                    ONE_DECIMAL,
                    means="Calendar hours from submission to final decision.",
                ),
            ],
        ),
        Row(
            24,
            [
                change("Requests approved", "metric_requests", "approved_requests", "closure_day"),
                change("Requests rejected", "metric_requests", "rejected_requests", "closure_day"),
                card("Open now", "metric_requests", "open_requests"),
                card("Delayed now", "metric_open_requests", "delayed_workflows"),
            ],
        ),
        Row(
            46,
            [
                over_time(
                    "Requests submitted, by day",
                    "metric_requests",
                    ["total_requests"],
                    "submission_day",
                    "requests",
                    by=["priority"],
                    grain=DAY,
                    bars=True,
                    only=SUBMITTED,
                ),
                over_time(
                    "Levels decided, by day",
                    "metric_levels",
                    ["levels_within_tat", "levels_late"],
                    "decided_day",
                    "levels",
                    grain=DAY,
                    bars=True,
                ),
            ],
        ),
        Row(
            46,
            [
                pie(
                    "Requests submitted, by status now",
                    "metric_requests",
                    "total_requests",
                    "status",
                    day="submission_day",
                    only=SUBMITTED,
                ),
                over_time(
                    "Requests open at the end of the day, all departments",
                    "vw_daily_kpi_metrics",
                    ["open_at_day_end"],
                    "kpi_date",
                    "requests",
                    grain=DAY,
                ),
            ],
        ),
        Row(
            34,
            [
                summary(
                    "Requests submitted, by priority",
                    "metric_requests",
                    ["priority"],
                    [
                        *("total_requests", "open_requests", "approved_requests"),
                        *("rejected_requests", "approval_rate", "avg_cycle_time_hours"),
                        "avg_cycle_time_working_hours",
                    ],
                    order="total_requests",
                    day="submission_day",
                    only=SUBMITTED,
                )
            ],
        ),
    ],
)
