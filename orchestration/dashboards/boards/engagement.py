"""Engagement: notes, documents and spectators."""

from orchestration.dashboards.declaring import DEPARTMENT, PRIORITY, Board, Row
from orchestration.dashboards.kinds import (
    ONE_DECIMAL,
    change,
    over_time,
    ranked,
    table,
)

ENGAGEMENT = Board(
    "Engagement",
    "Notes, documents and spectators of requests. Spectators are counted by the day of "
    "submission, the table by the last activity. An empty chart means that nothing was written or"
    " uploaded in the period.",
    [DEPARTMENT, PRIORITY],
    [
        Row(
            24,
            [
                change("Notes written", "metric_notes", "work_notes_added", "note_day"),
                change(
                    "Documents uploaded", "metric_documents", "documents_uploaded", "upload_day"
                ),
                change("Spectators", "metric_engagement", "spectators", "submission_day"),
                change(
                    "Spectators who wrote (%)",
                    "metric_engagement",
                    "spectator_participation",
                    "submission_day",
                    ONE_DECIMAL,
                ),
            ],
        ),
        Row(
            46,
            [
                over_time(
                    "Notes written, by week",
                    "metric_notes",
                    ["work_notes_added"],
                    "note_day",
                    "notes",
                    by=["priority"],
                    bars=True,
                ),
                over_time(
                    "Documents uploaded, by week",
                    "metric_documents",
                    ["documents_uploaded"],
                    "upload_day",
                    "documents",
                    by=["priority"],
                    bars=True,
                ),
            ],
        ),
        Row(
            46,
            [
                ranked(
                    "Notes written, by department",
                    "metric_notes",
                    ["work_notes_added"],
                    "department_name",
                    "notes",
                    day="note_day",
                ),
                ranked(
                    "Documents uploaded, by department",
                    "metric_documents",
                    ["documents_uploaded"],
                    "department_name",
                    "documents",
                    day="upload_day",
                ),
            ],
        ),
        Row(
            70,
            [
                table(
                    "Requests, by last activity",
                    "vw_engagement_metrics",
                    [
                        *("request_link", "department_name", "work_notes_count"),
                        *("distinct_commenters", "documents_count", "note_attachments_count"),
                        *("spectators_count", "active_spectators_count"),
                        *("activities_count", "last_activity_at_local"),
                    ],
                    ["-last_activity_at_local"],
                    day="last_activity_at_local",
                )
            ],
        ),
    ],
)
