"""What others rely on: names, columns, descriptions, rights, and the queries they know."""

import json
import re
from typing import Any

import psycopg
import pytest
from psycopg import sql

from database.connect import connect
from tests.dbt.warehouse import (
    PROJECT,
    THURSDAY_NOON,
    Query,
    Warehouse,
    ask_at,
    select_all,
)
from tests.kpi_views import VIEWS

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


def list_columns(warehouse: Warehouse, relation: str) -> list[tuple[str, str]]:
    """The names and types that the columns of a view or report have, in their order."""
    rows = warehouse.ask(
        "select attname, format_type(atttypid, atttypmod) as type from pg_attribute"
        " where attrelid = %(relation)s::regclass and attnum > 0 order by attnum",
        {"relation": relation},
    )
    return [(row["attname"], row["type"]) for row in rows]


@pytest.fixture(scope="module")
def contracts(warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    """The views and reports with their columns, as their contracts state them."""
    manifest = json.loads((warehouse.target / "manifest.json").read_text())
    models = (node for node in manifest["nodes"].values() if node["resource_type"] == "model")
    return {model["name"]: model for model in models if model["name"].startswith(("vw_", "rpt_"))}


def test_the_schema_kpi_holds_the_eight_views_and_nothing_else(warehouse: Warehouse) -> None:
    rows = warehouse.ask(
        "select relname, relkind::text from pg_class where relnamespace = 'kpi'::regnamespace"
    )
    assert {(row["relname"], row["relkind"]) for row in rows} == {(view, "v") for view in VIEWS}


def test_columns_have_the_order_and_exact_types_of_their_contract(
    warehouse: Warehouse, contracts: dict[str, dict[str, Any]]
) -> None:
    # dbt compares names, and types without their precision.
    assert contracts.keys() > set(VIEWS)
    assert {name: list_columns(warehouse, name) for name in contracts} == {
        name: [
            (column["name"], column["data_type"].removeprefix("pg_catalog."))
            for column in model["columns"].values()
        ]
        for name, model in contracts.items()
    }


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


PRESENT = re.compile(
    r"""\b(?:
    now\(\s*\)
    | current_(?:timestamp|date|time)
    | localtime(?:stamp)?
    | (?:statement|transaction|clock)_timestamp
    | timeofday
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)


@pytest.mark.parametrize(
    "present",
    [
        "now()",
        "CURRENT_TIMESTAMP",
        "current_timestamp(3)",
        "current_date",
        "current_time",
        "localtime",
        "localtimestamp",
        "statement_timestamp()",
        "transaction_timestamp()",
        "clock_timestamp()",
    ],
)
def test_a_model_that_names_the_present_is_found(present: str) -> None:
    assert PRESENT.search(f"({present}::date)")


@pytest.mark.parametrize("name", ["current_level", "current_level_id", "current_date_of", "known"])
def test_a_column_is_not_the_present(name: str) -> None:
    assert PRESENT.findall(f"requests.{name}, now_{name}") == []


def test_models_ask_the_clock_through_as_of_alone() -> None:
    named = {
        path.name: found
        for folder in ("models", "data-tests")
        for path in (PROJECT / folder).rglob("*.sql")
        if (found := PRESENT.findall(path.read_text()))
    }
    assert named == {}
