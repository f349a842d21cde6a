"""What others rely on: names, columns, descriptions, rights, and the queries they know."""

import re

import psycopg
import pytest
from psycopg import sql

from ingestion.database import connect
from tests.dbt.column_types import list_types
from tests.dbt.warehouse import (
    PROJECT,
    THURSDAY_NOON,
    Query,
    Warehouse,
    ask_at,
    select_all,
)
from tests.kpi_views import VIEWS

# The columns that each view must have, in this order; more may follow.
COLUMNS = {
    "vw_request_volume_summary": (
        "request_id, request_number, title, priority, status, template_type, initiator_id,"
        " initiator_name, department, current_level, total_levels, total_tat_hours,"
        " submission_date, closure_date, created_at, is_open, is_approved, is_rejected,"
        " age_hours, cycle_time_hours, cycle_time_working_hours, submission_day,"
        " submission_week, submission_month"
    ),
    "vw_tat_compliance": (
        "level_id, request_id, request_number, priority, level_number, level_name,"
        " approver_id, approver_name, department, approver_department, level_status,"
        " tat_hours_allocated, tat_start_time, expected_completion_time, level_end_time,"
        " tat_hours_elapsed, tat_percentage_used, tat_hours_remaining, hours_over_tat,"
        " completed_within_tat, is_breached, tat_status, alerts_sent"
    ),
    "vw_approver_performance": (
        "approver_id, approver_name, department, designation, total_assignments,"
        " pending_count, approved_count, rejected_count, skipped_count, decided_count,"
        " within_tat_count, breaches_count, open_breaches_count, tat_compliance_percentage,"
        " avg_response_time_hours, min_response_time_hours, max_response_time_hours,"
        " completed_today, completed_this_week, oldest_pending_hours"
    ),
    "vw_tat_alerts_summary": (
        "alert_id, request_id, level_id, approver_id, alert_type, threshold_percentage,"
        " tat_hours_allocated, tat_hours_elapsed, tat_hours_remaining, level_start_time,"
        " alert_sent_at, expected_completion_time, alert_message, notification_sent,"
        " notification_channels, is_breached, was_completed_on_time, completion_time,"
        " metadata, created_at, cycle, threshold_crossed_at, request_number, request_title,"
        " priority, department, approver_name, level_number, level_name, level_status,"
        " response_time_hours, breach_reason, reminder_text"
    ),
    "vw_department_summary": (
        "department, total_requests, open_requests, approved_requests, rejected_requests,"
        " closed_requests, express_requests, standard_requests, avg_cycle_time_hours,"
        " breached_requests, tat_compliance_percentage"
    ),
    "vw_daily_kpi_metrics": (
        "kpi_date, requests_created, requests_submitted, requests_approved,"
        " requests_rejected, requests_closed, levels_completed, levels_within_tat,"
        " levels_breached, tat_compliance_percentage, avg_cycle_time_hours, alerts_50_sent,"
        " alerts_75_sent, alerts_100_sent, work_notes_added, documents_uploaded,"
        " open_at_day_end"
    ),
    "vw_workflow_aging": (
        "request_id, request_number, title, priority, status, department, initiator_name,"
        " current_level, current_approver_name, submission_date, age_hours, age_days,"
        " age_business_days, hours_in_current_level, tat_percentage_used, is_delayed,"
        " aging_bucket"
    ),
    "vw_engagement_metrics": (
        "request_id, request_number, department, work_notes_count, distinct_commenters,"
        " documents_count, note_attachments_count, spectators_count,"
        " active_spectators_count, spectator_participation_percentage,"
        " spectator_comments_count, first_activity_at, last_activity_at"
    ),
}

# Queries that users of the system before have written down, unqualified as they are.
KNOWN_QUERIES: dict[str, Query] = {
    "alerts of a request": """
        SELECT alert_type, threshold_percentage, alert_sent_at, alert_message
        FROM tat_alerts
        WHERE request_id = '00000000-0000-0000-0000-000000000002'
        ORDER BY alert_sent_at ASC;
    """,
    "reminders of a level": """
        SELECT
        CASE
        WHEN alert_type = 'TAT_50' THEN '⏳ 50% of SLA breach reminder have been sent'
        WHEN alert_type = 'TAT_75' THEN '⚠️ 75% of SLA breach reminder have been sent'
        WHEN alert_type = 'TAT_100' THEN '⏰ TAT breached - Immediate action required'
        END as reminder_text,
        'Reminder sent by system automatically' as description,
        alert_sent_at
        FROM tat_alerts
        WHERE request_id = '00000000-0000-0000-0000-000000000002'
        AND level_id = '00000000-0000-0000-0000-000000000021'
        ORDER BY threshold_percentage ASC;
    """,
    "compliance rate": """
        SELECT
        ROUND(
        COUNT(CASE WHEN completed_within_tat = true THEN 1 END) * 100.0 /
        NULLIF(COUNT(CASE WHEN completed_within_tat IS NOT NULL THEN 1 END), 0),
        2
        ) as compliance_percentage
        FROM vw_tat_compliance;
    """,
    "approver leaderboard": """
        SELECT
        approver_name,
        department,
        ROUND(tat_compliance_percentage, 2) as compliance_percent,
        approved_count,
        ROUND(avg_response_time_hours, 2) as avg_response_hours,
        breaches_count
        FROM vw_approver_performance
        WHERE total_assignments > 0
        ORDER BY tat_compliance_percentage DESC
        LIMIT 10;
    """,
    "department comparison": """
        SELECT
        department,
        total_requests,
        approved_requests,
        ROUND(approved_requests * 100.0 / NULLIF(total_requests, 0), 2) as approval_rate,
        ROUND(avg_cycle_time_hours / 24, 2) as avg_cycle_days
        FROM vw_department_summary
        WHERE department IS NOT NULL
        ORDER BY total_requests DESC;
    """,
}
ANSWERS = {
    "alerts of a request": ["TAT_50", "TAT_75", "TAT_100"],
    "reminders of a level": [
        "⏳ 50% of SLA breach reminder have been sent",
        "⚠️ 75% of SLA breach reminder have been sent",
        "⏰ TAT breached - Immediate action required",
    ],
    "compliance rate": ["66.67"],
    "approver leaderboard": ["Finance head", "Finance manager"],
    "department comparison": ["Sales"],
}


def list_columns(warehouse: Warehouse, view: str) -> list[tuple[str, str]]:
    """The names and types of a view's columns in their order."""
    rows = warehouse.ask(
        "select attname, format_type(atttypid, atttypmod) as type from pg_attribute"
        " where attrelid = %(view)s::regclass and attnum > 0 order by attnum",
        {"view": f"kpi.{view}"},
    )
    return [(row["attname"], row["type"]) for row in rows]


def test_the_schema_kpi_holds_the_eight_views_and_nothing_else(warehouse: Warehouse) -> None:
    rows = warehouse.ask(
        "select relname, relkind::text from pg_class where relnamespace = 'kpi'::regnamespace"
    )
    assert {(row["relname"], row["relkind"]) for row in rows} == {(view, "v") for view in VIEWS}


@pytest.mark.parametrize("view", VIEWS)
def test_columns_have_their_names_order_and_types(warehouse: Warehouse, view: str) -> None:
    types = list_types(view)
    expected = [(name, types[name]) for name in COLUMNS[view].split(", ")]
    assert list_columns(warehouse, view)[: len(expected)] == expected


def test_every_column_is_described_in_the_database(warehouse: Warehouse) -> None:
    bare = warehouse.ask(
        "select attrelid::regclass::text || '.' || attname as column_name from pg_attribute"
        " inner join pg_class on pg_class.oid = pg_attribute.attrelid"
        " where relnamespace in ('kpi'::regnamespace, 'marts'::regnamespace)"
        " and relkind in ('v', 'r') and attnum > 0"
        " and col_description(attrelid, attnum) is null"
    )
    assert bare == []


@pytest.mark.parametrize("name", KNOWN_QUERIES)
def test_known_queries_run_as_an_analyst(warehouse: Warehouse, name: str) -> None:
    rows = warehouse.ask(KNOWN_QUERIES[name])
    assert [str(next(iter(row.values()))) for row in rows] == ANSWERS[name]


def test_an_analyst_reads_the_views_and_nothing_below(warehouse: Warehouse) -> None:
    with connect(warehouse.database, "tat_bi", autocommit=True) as analyst:
        for view in VIEWS:
            ask_at(analyst, select_all(view), THURSDAY_NOON)
        for below in (("marts", "fct_levels"), ("workflow", "users"), ("tat", "level_clock")):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                analyst.execute(sql.SQL("select * from {}").format(sql.Identifier(*below)))


def test_models_ask_the_clock_through_as_of_alone() -> None:
    clock = re.compile(r"\bnow\(\)|current_|localtime|clock_timestamp|statement_timestamp", re.I)
    named = {
        path.name: found
        for path in (PROJECT / "models").rglob("*.sql")
        if (found := [match for match in clock.findall(path.read_text()) if match != "current_"])
    }
    assert named == {}
