"""What the eight views say of the small world, counted by hand."""

from decimal import Decimal
from typing import Any

import pytest

from tests.dbt.warehouse import Query, Warehouse


def as_text(rows: list[dict[str, Any]]) -> list[tuple[str | None, ...]]:
    """Rows as tuples of short texts, so that they can be written down and compared."""
    return [tuple(shorten(value) for value in row.values()) for row in rows]


def shorten(value: Any) -> str | None:
    """A value as a person would write it: 36.5, true, 2026-03-02."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def write_table(text: str) -> list[tuple[str | None, ...]]:
    """The rows of a table written in a test: one a line, `|` between values, `-` for null."""
    return [
        tuple(None if value.strip() == "-" else value.strip() for value in line.split("|"))
        for line in text.strip().splitlines()
    ]


def test_requests(warehouse: Warehouse) -> None:
    rows = warehouse.ask(
        "select request_number, department, is_submitted, is_open, is_approved, is_rejected,"
        " age_hours, cycle_time_hours, cycle_time_working_hours,"
        " submission_day, submission_week, submission_month"
        " from vw_request_volume_summary order by request_number"
    )
    assert as_text(rows) == write_table(
        """
        R1|Sales|true |false|true |false|-  |68|23|2026-03-02|2026-03-02|2026-03-01
        R2|Sales|true |false|false|true |-  |5 |5 |2026-03-03|2026-03-02|2026-03-01
        R3|-    |true |true |false|false|27 |- |- |2026-03-04|2026-03-02|2026-03-01
        R4|Sales|true |true |false|false|6  |- |- |2026-03-05|2026-03-02|2026-03-01
        R5|Sales|false|false|false|false|-  |- |- |-         |-         |-
        R7|Sales|true |true |false|false|2.5|- |- |2026-03-05|2026-03-02|2026-03-01
        """
    )


def test_compliance(warehouse: Warehouse) -> None:
    rows = warehouse.ask(
        "select request_number, level_number, department, approver_department,"
        " tat_hours_allocated, tat_hours_elapsed, tat_percentage_used, tat_hours_remaining,"
        " hours_over_tat, completed_within_tat, is_breached, tat_status, alerts_sent"
        " from vw_tat_compliance order by level_id"
    )
    assert as_text(rows) == write_table(
        """
        R1|1|Sales|Finance|16|16 |100  |0  |0|true |false|COMPLETED_ON_TIME|0
        R1|2|Sales|Finance|8 |7  |87.5 |1  |0|true |false|COMPLETED_ON_TIME|0
        R2|1|Sales|Finance|4 |5  |125  |0  |1|false|true |COMPLETED_LATE   |3
        R3|1|-    |Finance|8 |12 |150  |0  |4|-    |true |BREACHED         |1
        R4|1|Sales|Finance|8 |0.5|6.25 |7.5|0|-    |false|SKIPPED          |0
        R4|2|Sales|Finance|8 |5.5|68.75|2.5|0|-    |false|ON_TRACK         |0
        R7|1|Sales|Finance|16|1  |6.25 |15 |0|-    |false|PAUSED           |0
        """
    )


BREACHES: Query = (
    "select levels.request_number, levels.level_number,"
    " levels.breached_at at time zone 'Asia/Kolkata' as breached_at, levels.breach_day,"
    " levels.due_day, levels.decided_day, count(alerts.alert_id) as alerts, days.tat_breaches"
    " from vw_tat_compliance as levels"
    " left join vw_tat_alerts_summary as alerts on alerts.level_id = levels.level_id"
    " and alerts.is_breached and alerts.threshold_crossed_at = levels.breached_at"
    " left join vw_daily_kpi_metrics as days on days.kpi_date = levels.breach_day"
    " where levels.is_breached group by levels.level_id, 1, 2, 3, 4, 5, 6, days.tat_breaches"
    " order by levels.level_id"
)


def test_a_breach_is_dated_by_its_crossing_with_an_alert_or_without(warehouse: Warehouse) -> None:
    assert as_text(warehouse.ask(BREACHES)) == write_table(
        """
        R2|1|2026-03-04 00:00:00|2026-03-04|2026-03-04|2026-03-04|1|2
        R3|1|2026-03-04 17:00:00|2026-03-04|2026-03-04|-         |0|2
        """
    )
    on_the_dot = warehouse.ask(BREACHES, as_of="2026-03-04 17:00+05:30")
    assert as_text(on_the_dot) == write_table(
        "R2|1|2026-03-04 00:00:00|2026-03-04|2026-03-04|2026-03-04|1|1"
    )


def test_approvers(warehouse: Warehouse) -> None:
    rows = warehouse.ask(
        "select approver_name, total_assignments, pending_count, approved_count,"
        " rejected_count, skipped_count, decided_count, within_tat_count, breaches_count,"
        " open_breaches_count, tat_compliance_percentage, avg_response_time_hours,"
        " min_response_time_hours, max_response_time_hours, completed_today,"
        " completed_this_week, oldest_pending_hours"
        " from vw_approver_performance order by approver_id"
    )
    assert as_text(rows) == write_table(
        """
        Finance manager|5|2|1|1|1|2|1|2|1|50 |10.5|5|16|0|2|27
        Finance head   |5|1|1|0|0|1|1|0|0|100|7   |7|7 |1|1|5.5
        """
    )


def test_alerts(warehouse: Warehouse) -> None:
    rows = warehouse.ask(
        "select request_number, alert_type, department, approver_name, level_status,"
        " response_time_hours, breach_reason, reminder_text"
        " from vw_tat_alerts_summary order by alert_id"
    )
    half = "Reminder 1: 50% of SLA breach reminder have been sent"
    most = "Reminder 2: 75% of SLA breach reminder have been sent"
    late = "TAT breached - Immediate action required"
    assert as_text(rows) == write_table(
        f"""
        R2|TAT_50 |Sales|Finance manager|REJECTED   |3|Asleep|{half}
        R2|TAT_75 |Sales|Finance manager|REJECTED   |2|Asleep|{most}
        R2|TAT_100|Sales|Finance manager|REJECTED   |1|Asleep|{late}
        R3|TAT_50 |-    |Finance manager|IN_PROGRESS|-|-     |{half}
        """
    )


def test_departments(warehouse: Warehouse) -> None:
    rows = warehouse.ask(
        "select department, total_requests, open_requests, approved_requests,"
        " rejected_requests, closed_requests, express_requests, standard_requests,"
        " avg_cycle_time_hours, breached_requests, tat_compliance_percentage,"
        " delayed_requests from vw_department_summary order by department"
    )
    assert as_text(rows) == write_table(
        """
        Sales|4|2|1|1|1|2|2|36.5|1|66.6667|0
        -    |1|1|0|0|0|0|1|-   |1|-      |1
        """
    )


DAYS = """
    2026-03-02|1|1|0|0|0|0|0|0|-  |- |0|0|0|0|1|1|0
    2026-03-03|1|1|0|0|0|0|0|0|-  |- |1|1|0|2|0|2|0
    2026-03-04|1|1|0|1|0|2|1|1|50 |5 |1|0|1|1|0|2|2
    2026-03-05|2|2|1|0|1|1|1|0|100|68|0|0|0|0|1|3|0
"""


def test_days(warehouse: Warehouse) -> None:
    rows = warehouse.ask("select * from vw_daily_kpi_metrics order by kpi_date")
    assert as_text(rows) == write_table(DAYS)


def test_days_go_on_without_events(warehouse: Warehouse) -> None:
    rows = warehouse.ask(
        "select kpi_date, requests_submitted, tat_compliance_percentage, open_at_day_end"
        " from vw_daily_kpi_metrics where kpi_date > '2026-03-05' order by kpi_date",
        as_of="2026-03-08 12:00+05:30",
    )
    assert as_text(rows) == write_table(
        """
        2026-03-06|0|-|3
        2026-03-07|0|-|3
        2026-03-08|0|-|3
        """
    )


def test_open_requests(warehouse: Warehouse) -> None:
    rows = warehouse.ask(
        "select request_number, status, current_level, current_approver_name, age_hours,"
        " age_days, age_business_days, hours_in_current_level, tat_percentage_used,"
        " is_delayed, aging_bucket from vw_workflow_aging order by request_number"
    )
    assert as_text(rows) == write_table(
        """
        R3|IN_PROGRESS|1|Finance manager|27 |1.125       |1|27 |150  |true |1-3 days
        R4|IN_PROGRESS|2|Finance head   |6  |0.25        |0|5.5|68.75|false|0-1 days
        R7|PENDING    |1|Finance manager|2.5|0.1041666667|0|2.5|6.25 |false|0-1 days
        """
    )


def test_a_weekend_ages_a_request_in_days_but_not_in_working_days(warehouse: Warehouse) -> None:
    rows = warehouse.ask(
        "select request_number, age_days, age_business_days, aging_bucket"
        " from vw_workflow_aging order by request_number",
        as_of="2026-03-09 09:00+05:30",
    )
    assert as_text(rows) == write_table(
        """
        R3|5           |3|3-7 days
        R4|4.125       |2|3-7 days
        R7|3.9791666667|2|3-7 days
        """
    )


DEPARTMENT_POLICY: Query = """
    with added as (
        insert into tat.policy (priority, calendar_id, department)
        select 'STANDARD', calendar_id, 'Sales' from tat.calendar where is_always_open
        returning policy_id
    )
    insert into tat.policy_threshold (policy_id, threshold, percentage)
    select policy_id, threshold, threshold from added
    cross join (values (50), (75), (100)) as own (threshold)
"""


def test_working_hours_are_those_of_the_initiators_department(own_warehouse: Warehouse) -> None:
    asked: Query = (
        "select cycle_time_hours, cycle_time_working_hours from vw_request_volume_summary"
        " where request_number = 'R1'"
    )
    assert as_text(own_warehouse.ask(asked)) == write_table("68|23")
    own_warehouse.change(DEPARTMENT_POLICY)
    assert as_text(own_warehouse.ask(asked)) == write_table("68|68")


def test_engagement(warehouse: Warehouse) -> None:
    rows = warehouse.ask(
        "select request_number, work_notes_count, distinct_commenters, documents_count,"
        " note_attachments_count, spectators_count, active_spectators_count,"
        " spectator_participation_percentage, spectator_comments_count,"
        " to_char(first_activity_at at time zone 'Asia/Kolkata', 'DD HH24.MI') as first_at,"
        " to_char(last_activity_at at time zone 'Asia/Kolkata', 'DD HH24.MI') as last_at"
        " from vw_engagement_metrics where request_number < 'R3' order by request_number"
    )
    assert as_text(rows) == write_table(
        """
        R1|3|2|2|2|2|1|50|1|02 13.55|05 10.30
        R2|0|0|0|0|0|0|- |0|-       |-
        """
    )


@pytest.mark.parametrize(
    ("as_of", "status", "elapsed"),
    [
        ("2026-03-05 10:30+05:30", "ON_TRACK", 4),
        ("2026-03-05 12:30+05:30", "ON_TRACK", 6),
        ("2026-03-05 13:00+05:30", "AT_RISK", Decimal("6.5")),
        ("2026-03-05 14:30+05:30", "AT_RISK", 8),
        ("2026-03-05 15:30+05:30", "BREACHED", 9),
    ],
)
def test_the_present_of_a_session_moves_the_views(
    warehouse: Warehouse, as_of: str, status: str, elapsed: Decimal
) -> None:
    [row] = warehouse.ask(
        "select tat_status, tat_hours_elapsed from vw_tat_compliance"
        " where request_number = 'R4' and level_number = 2",
        as_of=as_of,
    )
    assert (row["tat_status"], row["tat_hours_elapsed"]) == (status, elapsed)


def test_today_and_this_week_move_with_the_present(warehouse: Warehouse) -> None:
    for day, today, this_week in (("04", 2, 2), ("08", 0, 2), ("09", 0, 0)):
        rows = warehouse.ask(
            "select completed_today, completed_this_week from vw_approver_performance"
            " where approver_name = 'Finance manager'",
            as_of=f"2026-03-{day} 23:59:59+05:30",
        )
        assert rows == [{"completed_today": today, "completed_this_week": this_week}]
