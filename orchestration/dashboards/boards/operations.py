"""Operations: whether the engine ticks, alerts come in time and people are told."""

from orchestration.dashboards.declaring import Board, Row
from orchestration.dashboards.kinds import (
    DAY,
    ONE_DECIMAL,
    card,
    over_time,
    table,
)

HEALTH, ALERTS = "engine_health", "vw_tat_alerts_summary"
OPERATIONS = Board(
    "Operations",
    "Whether the engine ticks, alerts come in time and people are told. Cards show now; the delay "
    "is of the last day, and has no data where no alert was raised in it. Nobody is told of alerts "
    "that were found in data loaded later. An empty chart means that no alert was recorded in the "
    "period.",
    [],
    [
        Row(
            24,
            [
                card("Since the last tick (s)", HEALTH, "seconds_since_tick", ",.0f"),
                card("Crossings to record", HEALTH, "backlog"),
                card("Changed levels to derive", HEALTH, "changes_waiting"),
                card("Rows in quarantine", HEALTH, "rows_quarantined"),
            ],
        ),
        Row(
            24,
            [
                card("Alerts that wait to be told", HEALTH, "notifications_waiting"),
                card(
                    "Oldest untold alert (minutes)",
                    HEALTH,
                    "oldest_undelivered_minutes",
                    ONE_DECIMAL,
                ),
                card(
                    "Alert delay, 99 of 100 (seconds)",
                    HEALTH,
                    "lateness_p99_seconds",
                    ONE_DECIMAL,
                ),
                card("Calendars end in (days)", HEALTH, "calendar_days_ahead"),
            ],
        ),
        Row(
            46,
            [
                over_time(
                    "Alerts recorded, by day",
                    ALERTS,
                    ["alerts"],
                    "alert_day",
                    "alerts",
                    by=["alert_label"],
                    grain=DAY,
                    bars=True,
                ),
                over_time(
                    "Alerts recorded, by how they were found",
                    ALERTS,
                    ["alerts"],
                    "alert_day",
                    "alerts",
                    by=["origin_label"],
                    grain=DAY,
                    bars=True,
                ),
            ],
        ),
        Row(
            46,
            [
                over_time(
                    "Alerts told and not told, by day",
                    ALERTS,
                    ["alerts"],
                    "alert_day",
                    "alerts",
                    by=["told_label"],
                    grain=DAY,
                    bars=True,
                    only="metadata ->> 'origin' = 'tick'",
                ),
                over_time(
                    "Requests created, by day",
                    "vw_daily_kpi_metrics",
                    ["requests_created"],
                    "kpi_date",
                    "requests",
                    grain=DAY,
                ),
            ],
        ),
        Row(
            70,
            [
                table(
                    "Alerts, the latest first",
                    ALERTS,
                    [
                        *("alert_sent_at_local", "threshold_crossed_at_local", "request_link"),
                        *(
                            "level_name",
                            "approver_name",
                            "alert_label",
                            "told_label",
                            "origin_label",
                        ),
                    ],
                    ["-alert_sent_at_local"],
                    day="alert_day",
                )
            ],
        ),
    ],
)
