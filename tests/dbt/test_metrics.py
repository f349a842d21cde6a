"""Metrics asked of MetricFlow say what the eight views say."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml

from database.connect import remember_database
from orchestration.metrics.asking import Question, answer, write_sql
from orchestration.metrics.catalog import (
    Catalog,
    list_group_bys,
    list_metrics,
    open_catalog,
    read_semantic_manifest,
)
from tests.dbt.warehouse import PROJECT, THURSDAY_NOON, Query, Warehouse
from tests.orchestration.command_line import run
from tests.templates import make_settings

Rows = list[dict[str, Any]]
Ask = Callable[..., Rows]

MONDAY = date(2026, 3, 2)

# What the users of the system before were promised, by the names that they are asked by.
PROMISED = {
    "total_requests",
    "open_requests",
    "approved_requests",
    "rejected_requests",
    "tat_compliance",
    "avg_cycle_time_hours",
    "delayed_workflows",
    "tat_breaches",
    "pending_actions",
    "approvals_completed",
    "work_notes_added",
    "documents_uploaded",
    "spectator_participation",
}

# A question, and how a view answers it in SQL.
SAME: dict[str, tuple[Question, Query]] = {
    "compliance by department by week": (
        Question(["tat_compliance"], by=["department", "week"]),
        """
        select
            department,
            date_trunc('week', level_end_time at time zone 'Asia/Kolkata')::date as week,
            round(
                count(*) filter (where completed_within_tat) * 100.0
                / count(completed_within_tat), 4
            ) as tat_compliance
        from vw_tat_compliance
        where completed_within_tat is not null
        group by 1, 2
        """,
    ),
    "departments": (
        Question(
            [
                "total_requests",
                "open_requests",
                "approved_requests",
                "rejected_requests",
                "closed_requests",
                "avg_cycle_time_hours",
                "tat_compliance",
            ],
            by=["department"],
        ),
        """
        select
            department, total_requests, open_requests, approved_requests, rejected_requests,
            closed_requests, avg_cycle_time_hours, tat_compliance_percentage as tat_compliance
        from vw_department_summary
        """,
    ),
    "what is late, by department": (
        Question(["delayed_workflows", "open_requests"], by=["department"]),
        """
        select department, delayed_requests as delayed_workflows, open_requests
        from vw_department_summary
        """,
    ),
    "approvers": (
        Question(
            [
                "approvals_completed",
                "pending_actions",
                "tat_breaches",
                "tat_compliance",
                "avg_response_hours",
            ],
            by=["approver", "approver_name"],
        ),
        """
        select
            approver_id as approver, approver_name, decided_count as approvals_completed,
            pending_count as pending_actions, breaches_count as tat_breaches,
            tat_compliance_percentage as tat_compliance,
            avg_response_time_hours as avg_response_hours
        from vw_approver_performance
        """,
    ),
    "days of decisions": (
        Question(["levels_within_tat", "levels_late", "tat_compliance"], by=["day"]),
        """
        select
            kpi_date as day, levels_within_tat, levels_breached as levels_late,
            tat_compliance_percentage as tat_compliance
        from vw_daily_kpi_metrics where levels_completed > 0
        """,
    ),
    "days of breaches": (
        Question(["tat_breaches"], by=["day"]),
        """
        select kpi_date as day, tat_breaches
        from vw_daily_kpi_metrics where tat_breaches > 0
        """,
    ),
    "days of submission": (
        Question(["total_requests"], by=["day"]),
        """
        select kpi_date as day, requests_submitted as total_requests
        from vw_daily_kpi_metrics where requests_submitted > 0
        """,
    ),
    "days on which requests ended": (
        Question(
            ["approved_requests", "rejected_requests", "closed_requests", "avg_cycle_time_hours"],
            by=["day"],
        ),
        """
        select
            kpi_date as day, requests_approved as approved_requests,
            requests_rejected as rejected_requests, requests_closed as closed_requests,
            avg_cycle_time_hours
        from vw_daily_kpi_metrics where requests_approved + requests_rejected > 0
        """,
    ),
    "notes by day": (
        Question(["work_notes_added"], by=["day"]),
        """
        select kpi_date as day, work_notes_added
        from vw_daily_kpi_metrics where work_notes_added > 0
        """,
    ),
    "documents by day": (
        Question(["documents_uploaded"], by=["day"]),
        """
        select kpi_date as day, documents_uploaded
        from vw_daily_kpi_metrics where documents_uploaded > 0
        """,
    ),
    "alerts by type and priority": (
        Question(
            ["alerts_sent", "breach_alerts_sent", "avg_alert_response_hours"],
            by=["alert_type", "priority"],
        ),
        """
        select
            alert_type, priority, count(*) as alerts_sent,
            count(*) filter (where is_breached) as breach_alerts_sent,
            avg(response_time_hours) as avg_alert_response_hours
        from vw_tat_alerts_summary group by 1, 2
        """,
    ),
    "breaches by priority and level": (
        Question(["tat_breaches"], by=["priority", "level_name"], only=[("is_breached", "true")]),
        """
        select priority, level_name, count(*) as tat_breaches
        from vw_tat_compliance where is_breached group by 1, 2
        """,
    ),
    "breaches by the month they became due": (
        Question(["tat_breaches"], by=["month"], only=[("is_breached", "true")]),
        """
        select
            date_trunc('month', expected_completion_time at time zone 'Asia/Kolkata')::date
                as month,
            count(*) as tat_breaches
        from vw_tat_compliance where is_breached group by 1
        """,
    ),
    "delayed by age": (
        Question(["delayed_workflows"], by=["aging_bucket"]),
        """
        select aging_bucket, count(*) filter (where is_delayed) as delayed_workflows
        from vw_workflow_aging group by 1
        """,
    ),
    "engagement by department": (
        Question(
            [
                "note_attachments",
                "spectators",
                "active_spectators",
                "spectator_comments",
                "spectator_participation",
            ],
            by=["department"],
        ),
        """
        select
            department, sum(note_attachments_count)::bigint as note_attachments,
            sum(spectators_count)::bigint as spectators,
            sum(active_spectators_count)::bigint as active_spectators,
            sum(spectator_comments_count)::bigint as spectator_comments,
            round(
                100.0 * sum(active_spectators_count) / nullif(sum(spectators_count), 0), 4
            ) as spectator_participation
        from vw_engagement_metrics group by 1
        """,
    ),
    "notes and documents of the departments that have some": (
        Question(["work_notes_added", "documents_uploaded"], by=["department"]),
        """
        select
            department, nullif(sum(work_notes_count), 0)::bigint as work_notes_added,
            nullif(sum(documents_count), 0)::bigint as documents_uploaded
        from vw_engagement_metrics
        group by 1 having sum(work_notes_count + documents_count) > 0
        """,
    ),
    "cycle times and ages in total": (
        Question(["avg_cycle_time_hours", "avg_cycle_time_working_hours", "avg_age_hours"]),
        """
        select
            avg(cycle_time_hours) as avg_cycle_time_hours,
            avg(cycle_time_working_hours) as avg_cycle_time_working_hours,
            avg(age_hours) as avg_age_hours
        from vw_request_volume_summary
        """,
    ),
    "rate of approval by priority": (
        Question(["approval_rate"], by=["priority"]),
        """
        select
            priority,
            round(
                100.0 * count(*) filter (where is_approved)
                / nullif(count(*) filter (where is_approved or is_rejected), 0), 4
            ) as approval_rate
        from vw_request_volume_summary group by 1
        """,
    ),
}


@pytest.fixture(scope="session")
def catalog(warehouse: Warehouse) -> Catalog:
    """The metrics as `dbt build` left them beside the small world."""
    return open_catalog(warehouse.target / "semantic_manifest.json")


@pytest.fixture
def ask(catalog: Catalog, warehouse: Warehouse) -> Ask:
    """Asks a question on Thursday noon, or at another moment."""

    def ask_question(question: Question, as_of: str = THURSDAY_NOON) -> Rows:
        moment = datetime.fromisoformat(as_of)
        return answer(catalog, warehouse.database, question, as_of=moment)

    return ask_question


def settle(rows: Rows) -> list[tuple[str, ...]]:
    """Rows as texts in a fixed order, figures with four decimals."""
    return sorted(tuple(show(row[name]) for name in sorted(row)) for row in rows)


def show(value: Any) -> str:
    """A value as text; a figure is the same whole or not."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{Decimal(value):.4f}"
    return str(value)


@pytest.mark.parametrize("name", SAME)
def test_metrics_and_views_agree(ask: Ask, warehouse: Warehouse, name: str) -> None:
    question, query = SAME[name]
    expected = settle(warehouse.ask(query))
    assert expected
    assert settle(ask(question)) == expected


def test_compliance_by_department_by_week_as_counted_by_hand(ask: Ask) -> None:
    rows = ask(Question(["tat_compliance"], by=["department", "week"]))
    assert rows == [
        {"department": "Sales", "week": MONDAY, "tat_compliance": Decimal("66.6667")},
    ]


def test_a_decision_after_local_midnight_counts_on_the_new_day(ask: Ask) -> None:
    late = ask(Question(["levels_late"], by=["day"], only=[("priority", "EXPRESS")]))
    assert late == [{"day": date(2026, 3, 4), "levels_late": 1}]


def test_a_week_is_set_beside_the_week_before(ask: Ask) -> None:
    metrics = ["tat_compliance", "tat_compliance_week_before"]
    rows = ask(Question(metrics, by=["week"]), "2026-03-10 12:00+05:30")
    assert [list(row.values()) for row in rows] == [
        [MONDAY, Decimal("66.6667"), None],
        [date(2026, 3, 9), None, Decimal("66.6667")],
    ]


def test_a_question_counts_only_what_it_is_told_to(ask: Ask) -> None:
    def count(**conditions: Any) -> int:
        return sum(row["total_requests"] for row in ask(Question(["total_requests"], **conditions)))

    assert count() == 5
    assert count(only=[("department", "")]) == 1
    assert count(only=[("department", ""), ("department", "Sales"), ("status", "PENDING")]) == 1
    assert count(only=[("template_type", "O'Neill")], by=["department"]) == 0
    assert count(only=[("request", "00000000-0000-0000-0000-000000000001")]) == 1
    assert count(only=[("week", "2026-03-02"), ("submission_day", "2026-03-05")]) == 2
    assert count(since=date(2026, 3, 3), until=date(2026, 3, 4), by=["day"]) == 2


def test_metricflows_own_names_will_do(ask: Ask) -> None:
    names = ["level__due_day", "request__priority", "level__decided_day__month"]
    question = Question(["tat_breaches"], by=names, only=[("level__is_breached", "true")])
    assert [list(row.values()) for row in ask(question)] == [
        [date(2026, 3, 4), "EXPRESS", date(2026, 3, 1), 1],
        [date(2026, 3, 4), "STANDARD", None, 1],
    ]


def test_rows_come_in_the_order_asked(ask: Ask) -> None:
    days = Question(["total_requests"], by=["day"], since=MONDAY, order=["-total_requests", "day"])
    assert [row["day"].day for row in ask(days)] == [5, 2, 3, 4]
    first = Question(["total_requests"], by=["day"], since=MONDAY, limit=1)
    assert [row["day"] for row in ask(first)] == [MONDAY]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (Question([]), "no metric to ask. Known: .*tat_compliance"),
        (Question(["compliance"]), "no metric compliance. Known: .*tat_compliance"),
        (Question(["tat_compliance"], by=["shoe"]), "can't be asked by shoe. Known: .*department"),
        (Question(["tat_compliance"], order=["week"]), "week is neither a metric nor"),
        (Question(["tat_compliance"], only=[("priority", "{{ x }}")]), "braces"),
        (Question(["tat_compliance_week_before"]), "do not include 'metric_time'"),
    ],
    ids=["nothing", "metric", "dimension", "order", "template", "no time"],
)
def test_what_cannot_be_asked_is_refused(catalog: Catalog, question: Question, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        write_sql(catalog, question)


def test_every_promised_kpi_is_a_metric_and_every_metric_is_described(
    catalog: Catalog,
) -> None:
    metrics = list_metrics(catalog)
    assert {metric["metric"] for metric in metrics} >= PROMISED
    assert all(metric["label"] and metric["description"] for metric in metrics)
    assert all(metric["label"] != metric["metric"] for metric in metrics)


def test_every_metric_can_be_asked_by_everything_it_names(
    catalog: Catalog, warehouse: Warehouse
) -> None:
    alike = defaultdict(list)
    for metric in (row["metric"] for row in list_metrics(catalog)):
        names = tuple(row["by"] for row in list_group_bys(catalog, [metric]))
        assert {"department", "priority", "week"} <= set(names)
        alike[names].append(metric)
    for names, metrics in alike.items():
        rows = answer(catalog, warehouse.database, Question(metrics, by=names, limit=1))
        assert [list(row) for row in rows] == [[*names, *metrics]]


def test_what_is_computed_from_metrics_is_defined_apart_from_models() -> None:
    # Beside a model's own metrics, dbt 1.12.6 adds them twice when the model's SQL has changed.
    text = (PROJECT / "models" / "marts" / "metrics" / "_metrics__models.yml").read_text()
    models = yaml.safe_load(text)["models"]
    types = {metric["type"] for model in models for metric in model.get("metrics", [])}
    assert types == {"simple"}


def test_the_database_that_dbt_parsed_for_does_not_matter(warehouse: Warehouse) -> None:
    path = warehouse.target / "semantic_manifest.json"
    assert re.search(r'"\w+"\."reports"', path.read_text().replace('\\"', '"'))
    relations = {
        model["node_relation"]["relation_name"]
        for model in json.loads(read_semantic_manifest(path))["semantic_models"]
    }
    assert '"reports"."metric_levels"' in relations


def test_the_command_asks(
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert warehouse.database.home is not None
    monkeypatch.setenv("TAT_HOME", str(warehouse.database.home))
    remember_database(make_settings(warehouse.database.home), warehouse.database.name)

    def tat(*arguments: str) -> str:
        capsys.readouterr()
        assert run(monkeypatch, "metrics", *arguments) == 0
        return capsys.readouterr().out

    question: Sequence[str] = ("ask", "tat_compliance", "--by", "department,week")
    at = ("--as-of", "2026-03-05T12:00:00+05:30", "--format", "csv")
    assert tat(*question, *at) == "department,week,tat_compliance\nSales,2026-03-02,66.6667\n"
    narrow = (*question, *at, "--only", "priority=EXPRESS", "--since", "2026-03-01")
    assert tat(*narrow).splitlines()[1:] == ["Sales,2026-03-02,0.0000"]
    assert 'FROM "reports"."metric_levels"' in tat(*question, "--sql")
    assert "approver_name" in tat("list", "tat_compliance,pending_actions")
    assert "Spectator participation %" in tat("list")
