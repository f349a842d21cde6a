"""The datasets that the dashboards read, and the dashboards in their order."""

from collections.abc import Mapping

from orchestration.dashboards.boards.aging import AGING
from orchestration.dashboards.boards.approvers import APPROVERS
from orchestration.dashboards.boards.departments import DEPARTMENTS
from orchestration.dashboards.boards.engagement import ENGAGEMENT
from orchestration.dashboards.boards.operations import OPERATIONS
from orchestration.dashboards.boards.overview import OVERVIEW
from orchestration.dashboards.boards.tat import TAT
from orchestration.dashboards.declaring import LEVEL_STATES, Computed, Dataset, Metric
from orchestration.reports.columns import REMINDERS

BOARDS = (OVERVIEW, TAT, APPROVERS, DEPARTMENTS, AGING, ENGAGEMENT, OPERATIONS)


def say_codes(name: str, label: str, column: str, words: Mapping[str, str]) -> Computed:
    """A column of codes in words."""
    cases = " ".join(f"when '{code}' then '{word}'" for code, word in words.items())
    return Computed(name, label, f"case {column} {cases} else {column} end")


ALERT = say_codes("alert_label", "Alert", "alert_type", REMINDERS)
# Whether an alert was recorded by a tick or is of a level that was loaded already decided.
ORIGINS = {"tick": "At a tick", "replay": "In data loaded later"}
DATASETS = (
    Dataset("vw_request_volume_summary", day="submission_day"),
    Dataset(
        "vw_tat_compliance",
        day="due_day",
        computed=[say_codes("state", "State", "tat_status", LEVEL_STATES)],
        metrics=[
            Metric("levels", "Levels", "count(*)", "Started levels."),
            *(
                Metric(
                    code.lower(), word, f"count(*) filter (where tat_status = '{code}')", "Levels."
                )
                for code, word in LEVEL_STATES.items()
            ),
        ],
    ),
    Dataset("vw_approver_performance"),
    Dataset(
        "vw_tat_alerts_summary",
        day="alert_day",
        computed=[
            ALERT,
            Computed(
                "told_label", "Told", "case when notification_sent then 'Told' else 'Not told' end"
            ),
            say_codes("origin_label", "Found", "metadata ->> 'origin'", ORIGINS),
        ],
        metrics=[
            Metric("alerts", "Alerts", "count(*)", "Alerts recorded."),
        ],
    ),
    Dataset("vw_department_summary"),
    Dataset(
        "vw_daily_kpi_metrics",
        day="kpi_date",
        metrics=[
            Metric(
                "open_at_day_end",
                "Open at the end of the day",
                "sum(open_at_day_end)",
                "Requests open at the end of each day: it has to be asked by day.",
            ),
            Metric("requests_created", "Requests created", "sum(requests_created)", "Drafts too."),
        ],
    ),
    Dataset(
        "vw_workflow_aging",
        day="submission_date_local",
        computed=[
            Computed("approver_name", "Approver", "current_approver_name"),
            Computed("level_id", "Level", "current_level_id", "uuid"),
            Computed("state", "State", "case when is_delayed then 'Delayed' else 'On track' end"),
        ],
        metrics=[
            Metric("open_now", "Open requests", "count(*)", "Requests PENDING or IN_PROGRESS."),
            Metric(
                "delayed_now",
                "Delayed",
                "count(*) filter (where is_delayed)",
                "Open requests whose current level is past due.",
            ),
            Metric(
                "on_track_now",
                "On track",
                "count(*) filter (where is_delayed is not true)",
                "Open requests whose current level is not past due.",
            ),
            Metric(
                "delayed_share",
                "Delayed (%)",
                "100.0 * count(*) filter (where is_delayed) / nullif(count(*), 0)",
                "Delayed requests as a percentage of open ones.",
                ",.1f",
            ),
            Metric("oldest_age_days", "Oldest (days)", "max(age_days)", "Calendar days.", ",.1f"),
        ],
    ),
    Dataset("vw_engagement_metrics", day="last_activity_at_local"),
    Dataset("metric_requests", day="submission_day"),
    Dataset(
        "metric_levels",
        day="decided_day",
        metrics=[
            Metric(
                "median_response_hours",
                "Median response time (TAT hours)",
                "percentile_cont(0.5) within group (order by response_hours)",
                "Half of the decided levels took no longer on their own clocks.",
                ",.1f",
            )
        ],
    ),
    Dataset("metric_alerts", day="alert_day", computed=[ALERT]),
    Dataset("metric_open_requests", day="submission_day"),
    Dataset("metric_notes", day="note_day"),
    Dataset("metric_documents", day="upload_day"),
    Dataset("metric_engagement", day="submission_day"),
    Dataset(
        "rpt_tat_breaches",
        day="breach_day",
        computed=[
            Computed(
                "state",
                "State",
                "case when is_still_open then 'TAT exceeded' else 'Decided late' end",
            )
        ],
        metrics=[Metric("breaches", "Levels breached", "count(*)", "Levels over their TAT.")],
    ),
    Dataset(
        "engine_health",
        "tat",
        metrics=[
            Metric(
                "seconds_since_tick",
                "Since the last tick (s)",
                "max(seconds_since_tick)",
                "More than 140 seconds: nothing ticks.",
                ",.0f",
            ),
            Metric(
                "backlog",
                "Crossings to record",
                "sum(backlog)",
                "Levels past a threshold whose alert the next tick records.",
            ),
            Metric(
                "changes_waiting", "Changes to derive", "sum(changes_waiting)", "Levels changed."
            ),
            Metric(
                "notifications_waiting",
                "Alerts that wait to be told",
                "sum(notifications_waiting)",
                "Rows of the outbox that are due or put off.",
            ),
            Metric(
                "oldest_undelivered_minutes",
                "Oldest untold alert (min)",
                "coalesce(max(oldest_undelivered_seconds), 0) / 60",
                "How long the oldest row of the outbox has waited.",
                ",.1f",
            ),
            Metric(
                "rows_quarantined", "Rows in quarantine", "sum(rows_quarantined)", "Unresolved."
            ),
            Metric(
                "lateness_p99_seconds",
                "Alert delay of the last day, 99 of 100 (s)",
                "max(lateness_p99_seconds)",
                "From the crossing to its alert, of alerts raised while the engine ran.",
                ",.1f",
            ),
            Metric(
                "calendar_days_ahead",
                "Calendars end in (days)",
                "min(calendar_days_ahead)",
                "They are extended every night.",
            ),
        ],
    ),
)
