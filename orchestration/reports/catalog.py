"""The reports: by which columns each is filtered and ordered, and what of it is shown.

What a report and its columns mean, dbt has written into the database; see `reading`.
"""

import difflib
from operator import itemgetter

from orchestration.reports.charts import Bars, Colour, Line, Lines, Part, Timeline
from orchestration.reports.declaring import (
    Figure,
    Period,
    Report,
    count_breaches,
    greatest,
    latest,
    less,
    share,
    total,
)


def find_report(name: str) -> Report:
    """The report of that name, with or without its model's `rpt_`.

    Raises ValueError with the nearest name, or all, for one that is none.
    """
    asked = name.lower().removeprefix("rpt_").replace("_", "-")
    reports = {report.name: report for report in REPORTS}
    if asked not in reports:
        nearest = difflib.get_close_matches(asked, reports, n=1)
        hint = f"did you mean {nearest[0]}?" if nearest else "see `tat report list`."
        raise ValueError(f"There is no report {name}: {hint}")
    return reports[asked]


def by_punctuality(by: str, what: str, whole: str, part: str) -> Bars:
    """Bars of decided levels, those in time and those late."""
    return Bars(
        f"Levels decided late, by {what}",
        by,
        (
            Part("in time", Colour.ON_TRACK, itemgetter(part)),
            Part("late", Colour.BREACHED, less(whole, part)),
        ),
        "No level was decided.",
    )


def count_by_department(title: str, column: str, nothing: str) -> Bars:
    """Bars of one count."""
    return Bars(title, "department", (Part(title, Colour.PLAIN, itemgetter(column)),), nothing)


COMPLIANCE = "Levels decided in time"
REPORTS = (
    Report(
        name="request-lifecycle",
        nothing="There is no request.",
        order=("event_number",),
        period=Period("event_at", "instant"),
        request="request_number",
        shows_one_request=True,
        shown=(
            *("event_number", "event_at", "event_type", "level_number", "level_name"),
            *("actor_name", "detail", "hours_since_previous", "tat_percentage_used"),
        ),
        figures=(
            Figure("Events", "", len),
            Figure("From the first to the last", "h", greatest("hours_since_first")),
            Figure("Times a TAT was exceeded", "", count_breaches),
        ),
        charts=(
            Timeline("How long each level has taken", "No level of this request has started."),
        ),
    ),
    Report(
        name="approver-performance",
        nothing="No level has been decided yet.",
        order=("-decided_month", "compliance_rank", "approver_name"),
        period=Period("decided_month", "month"),
        department="department",
        shown=(
            *("decided_month", "compliance_rank", "approver_name", "department"),
            *("decided_count", "within_tat_count", "tat_compliance_percentage"),
            *("avg_response_time_hours", "median_response_time_hours", "worst_overrun_hours"),
        ),
        figures=(
            Figure("Levels decided", "", total("decided_count")),
            Figure(COMPLIANCE, "%", share("within_tat_count", "decided_count")),
            Figure("Worst overrun of a level", "h", greatest("worst_overrun_hours")),
        ),
        charts=(by_punctuality("approver_name", "approver", "decided_count", "within_tat_count"),),
    ),
    Report(
        name="department-summary",
        nothing="No request has been submitted yet.",
        order=("-report_month", "department"),
        period=Period("report_month", "month"),
        department="department",
        figures=(
            Figure("Requests submitted", "", total("requests_submitted")),
            Figure("Of them still open", "", total("still_open")),
            Figure("Levels decided", "", total("levels_decided")),
            Figure(COMPLIANCE, "%", share("levels_within_tat", "levels_decided")),
        ),
        charts=(
            by_punctuality(
                "department", "initiator's department", "levels_decided", "levels_within_tat"
            ),
        ),
    ),
    Report(
        name="tat-breaches",
        nothing="No level has overrun its TAT.",
        order=("-is_still_open", "-hours_over_tat", "request_number", "level_number"),
        period=Period("breached_at", "instant"),
        department="department",
        request="request_number",
        shown=(
            *("request_number", "request_title", "priority", "department", "level_number"),
            *("level_name", "approver_name", "is_still_open", "hours_over_tat"),
            *("tat_percentage_used", "breached_at", "breach_reason_label"),
        ),
        figures=(
            Figure("Levels breached", "", len),
            Figure("Of them still open", "", total("is_still_open")),
            Figure("Worst overrun of a level", "h", greatest("hours_over_tat")),
        ),
        charts=(
            Bars(
                "Breached levels still open, by initiator's department",
                "department",
                (
                    Part("decided late", Colour.PLAIN, lambda row: not row["is_still_open"]),
                    Part("still open", Colour.BREACHED, itemgetter("is_still_open")),
                ),
                "No level has overrun its TAT.",
            ),
            Bars(
                "Breached levels, by the reason given",
                "breach_reason_label",
                (Part("breached", Colour.BREACHED, lambda _: 1),),
                "No level has overrun its TAT.",
            ),
        ),
    ),
    Report(
        name="priority-distribution",
        nothing="No request has been submitted yet.",
        order=("-report_month", "priority"),
        period=Period("report_month", "month"),
        figures=(
            Figure("Requests submitted", "", total("requests_submitted")),
            Figure("Of them still open", "", total("still_open")),
            Figure(COMPLIANCE, "%", share("levels_within_tat", "levels_decided")),
        ),
        charts=(
            Bars(
                "Requests still open, by priority",
                "priority",
                (
                    Part("closed", Colour.PLAIN, less("requests_submitted", "still_open")),
                    Part("still open", Colour.ON_TRACK, itemgetter("still_open")),
                ),
                "No request was submitted.",
            ),
            by_punctuality("priority", "priority", "levels_decided", "levels_within_tat"),
        ),
    ),
    Report(
        name="workflow-aging",
        nothing="No request is open.",
        order=("department", "oldest_age_days"),
        department="department",
        figures=(
            Figure("Open requests", "", total("open_requests")),
            Figure("Delayed", "%", share("delayed_requests", "open_requests")),
            Figure("Oldest", "days", greatest("oldest_age_days")),
        ),
        charts=(
            Bars(
                "Delayed requests, by days since submission",
                "aging_bucket",
                (
                    Part("on track", Colour.ON_TRACK, less("open_requests", "delayed_requests")),
                    Part("delayed", Colour.BREACHED, itemgetter("delayed_requests")),
                ),
                "No request is open.",
                order=(
                    *("0-1 days", "1-3 days", "3-7 days", "7-14 days", "14-30 days"),
                    *("30+ days", "Not given"),
                ),
            ),
        ),
    ),
    Report(
        name="daily-trends",
        nothing="No request has been submitted yet.",
        order=("-kpi_date",),
        period=Period("kpi_date", "day"),
        figures=(
            Figure("Requests submitted", "", total("requests_submitted")),
            Figure("Requests decided", "", total("requests_decided")),
            Figure("Open at the end of the last day", "", latest("open_at_day_end", "kpi_date")),
        ),
        charts=(
            Lines(
                "Levels decided in time, pooled over seven days",
                "kpi_date",
                (Line("in time", Colour.ON_TRACK, "tat_compliance_7_day_percentage"),),
                "%",
                "No level was decided.",
            ),
            Lines(
                "Requests open at the end of the day",
                "kpi_date",
                (Line("open", Colour.PLAIN, "open_at_day_end"),),
                "requests",
                "No day to show.",
            ),
        ),
    ),
    Report(
        name="weekly-trends",
        nothing="No request has been submitted yet.",
        order=("-week_starts_on",),
        period=Period("week_starts_on", "week"),
        figures=(
            Figure("Requests submitted", "", total("requests_submitted")),
            Figure(COMPLIANCE, "%", share("levels_within_tat", "levels_completed")),
            Figure("Levels breached", "", total("breaches")),
        ),
        charts=(
            Lines(
                "Levels decided in time, by week",
                "week_starts_on",
                (Line("in time", Colour.ON_TRACK, "tat_compliance_percentage"),),
                "%",
                "No level was decided.",
            ),
            Lines(
                "Levels decided and levels breached, by week",
                "week_starts_on",
                (
                    Line("decided", Colour.ON_TRACK, "levels_completed"),
                    Line("breached", Colour.BREACHED, "breaches"),
                ),
                "levels",
                "No week to show.",
            ),
        ),
    ),
    Report(
        name="engagement",
        nothing="No request has been submitted yet.",
        order=("-report_month", "department"),
        period=Period("report_month", "month"),
        department="department",
        figures=(
            Figure("Notes", "", total("work_notes")),
            Figure("Documents", "", total("documents")),
            Figure("Spectators who wrote", "%", share("active_spectators", "spectators")),
        ),
        charts=(
            count_by_department("Notes, by initiator's department", "work_notes", "No note."),
            count_by_department(
                "Documents, by initiator's department", "documents", "No document."
            ),
        ),
    ),
)
