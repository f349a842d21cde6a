"""Departments: side by side."""

from orchestration.dashboards.declaring import DEPARTMENT, PRIORITY, Board, Row
from orchestration.dashboards.kinds import ONE_DECIMAL, ranked, summary, table

DEPARTMENTS = Board(
    "Departments",
    "Departments of those who submit, side by side. The last table is of all days. An empty chart"
    " means that nothing was submitted or decided in the period.",
    [DEPARTMENT, PRIORITY],
    [
        Row(
            60,
            [
                ranked(
                    "Requests submitted, by outcome so far",
                    "metric_requests",
                    ["open_requests", "approved_requests", "rejected_requests"],
                    "department_name",
                    "requests",
                    order="count(*)",
                    day="submission_day",
                    only="is_submitted",
                ),
                ranked(
                    "Levels decided, in time and late",
                    "metric_levels",
                    ["levels_within_tat", "levels_late"],
                    "department_name",
                    "levels",
                    order="count(*)",
                    day="decided_day",
                    only="completed_within_tat is not null",
                ),
            ],
        ),
        Row(
            60,
            [
                ranked(
                    "Average cycle time (calendar hours)",
                    "metric_requests",
                    ["avg_cycle_time_hours"],
                    "department_name",
                    "calendar hours",
                    shape=ONE_DECIMAL,
                    day="closure_day",
                    only="cycle_time_hours is not null",
                ),
                ranked(
                    "Levels decided in time (%)",
                    "metric_levels",
                    ["tat_compliance"],
                    "department_name",
                    "% of levels decided",
                    shape=ONE_DECIMAL,
                    day="decided_day",
                    only="completed_within_tat is not null",
                ),
            ],
        ),
        Row(
            50,
            [
                summary(
                    "Requests submitted in the period",
                    "metric_requests",
                    ["department_name"],
                    [
                        *("total_requests", "open_requests", "approved_requests"),
                        *("rejected_requests", "closed_requests", "approval_rate"),
                        "avg_cycle_time_hours",
                    ],
                    order="total_requests",
                    day="submission_day",
                    only="is_submitted",
                )
            ],
        ),
        Row(
            50,
            [
                table(
                    "All requests, of all days",
                    "vw_department_summary",
                    [
                        *("department_name", "total_requests", "open_requests"),
                        *("delayed_requests", "approved_requests", "rejected_requests"),
                        *("express_requests", "standard_requests", "breached_requests"),
                        *("tat_compliance_percentage", "avg_cycle_time_hours"),
                    ],
                    ["-total_requests"],
                    shapes=dict.fromkeys(
                        ("tat_compliance_percentage", "avg_cycle_time_hours"), ONE_DECIMAL
                    ),
                )
            ],
        ),
    ],
)
