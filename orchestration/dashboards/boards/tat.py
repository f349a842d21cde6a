"""TAT: how punctual decisions are, what was breached and why, what alerts came."""

from orchestration.dashboards.declaring import APPROVER, DEPARTMENT, PRIORITY, Board, Row
from orchestration.dashboards.kinds import (
    ONE_DECIMAL,
    change,
    histogram,
    over_time,
    pie,
    ranked,
    table,
)

TAT = Board(
    "TAT",
    "How punctual decisions are, which levels overran their TAT and why, and what alerts came. "
    "Hours are those of each level's own clock. An empty chart means that nothing was decided, "
    "breached or told in the period.",
    [DEPARTMENT, PRIORITY, APPROVER],
    [
        Row(
            24,
            [
                change(
                    "Levels decided in time (%)",
                    "metric_levels",
                    "tat_compliance",
                    "decided_day",
                    ONE_DECIMAL,
                ),
                change("Levels decided late", "metric_levels", "levels_late", "decided_day"),
                change(
                    "TATs exceeded",
                    "metric_levels",
                    "tat_breaches",
                    "breach_day",
                    means="Levels that used more than their TAT, by the day on which they did.",
                ),
                change("Alerts recorded", "metric_alerts", "alerts_sent", "alert_day"),
            ],
        ),
        Row(
            46,
            [
                over_time(
                    "Levels decided in time, by week (%)",
                    "metric_levels",
                    ["tat_compliance"],
                    "decided_day",
                    "% of levels decided",
                    shape=ONE_DECIMAL,
                ),
                over_time(
                    "Levels decided, by week",
                    "metric_levels",
                    ["levels_within_tat", "levels_late"],
                    "decided_day",
                    "levels",
                    bars=True,
                ),
            ],
        ),
        Row(
            46,
            [
                over_time(
                    "Thresholds crossed, by week",
                    "metric_alerts",
                    ["alerts_sent"],
                    "crossing_day",
                    "alerts",
                    by=["alert_label"],
                    bars=True,
                    means="Each alert by the day on which its threshold was crossed.",
                ),
                pie(
                    "Levels in progress now, by state",
                    "vw_tat_compliance",
                    "levels",
                    "state",
                    only="tat_status in ('ON_TRACK', 'AT_RISK', 'BREACHED', 'PAUSED')",
                ),
            ],
        ),
        Row(
            46,
            [
                histogram(
                    "How late: hours over the TAT",
                    "rpt_tat_breaches",
                    "hours_over_tat",
                    "hours over the TAT",
                    "levels",
                    day="breach_day",
                ),
                ranked(
                    "TATs exceeded, by the reason given",
                    "rpt_tat_breaches",
                    ["breaches"],
                    "breach_reason_label",
                    "levels",
                    day="breach_day",
                ),
            ],
        ),
        Row(
            70,
            [
                table(
                    "TATs exceeded, with reasons",
                    "rpt_tat_breaches",
                    [
                        *("request_link", "request_title", "department_name", "priority"),
                        *("level_number", "level_name", "approver_name", "state"),
                        *("breached_at_local", "tat_hours_allocated", "tat_hours_elapsed"),
                        *("hours_over_tat", "breach_reason_label"),
                    ],
                    ["-hours_over_tat"],
                    shapes=dict.fromkeys(
                        ("tat_hours_allocated", "tat_hours_elapsed", "hours_over_tat"),
                        ONE_DECIMAL,
                    ),
                    day="breach_day",
                )
            ],
        ),
    ],
)
