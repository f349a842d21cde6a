"""From a small bundle to the eight views: every row against what was worked out by hand."""

import pytest
from psycopg import sql

from database.connect import connect
from ingestion.contract import TABLES
from tests.dbt.warehouse import Query, ask_at
from tests.golden.conftest import Golden
from tests.golden.rows import PRESENT, TextRow, read_expected, read_source, write_row
from tests.kpi_views import VIEWS

# What numbers and names identify as well, and when this machine wrote the row.
LEFT_OUT = {"request_id", "level_id", "approver_id", "initiator_id", "alert_id", "current_level_id"}
LEFT_OUT_OF_ALERTS = LEFT_OUT | {"metadata", "created_at"}
# In place of the whole of `metadata`.
INSIDE_METADATA = {"origin", "not_notified_reason"}


def ask(golden: Golden, query: Query) -> list[TextRow]:
    """The answer to an analyst at the bundle's present, as text."""
    rows = golden.warehouse.ask(query, as_of=PRESENT.isoformat())
    return [write_row(row) for row in rows]


def select_columns(view: str, columns: list[str]) -> Query:
    """The statement that reads these columns of a view in the order of the expected rows."""
    selected = [
        sql.SQL("metadata ->> {} as {}").format(sql.Literal(column), sql.Identifier(column))
        if column in INSIDE_METADATA
        else sql.Identifier(column)
        for column in columns
    ]
    return sql.SQL("select {} from kpi.{}").format(
        sql.SQL(", ").join(selected), sql.Identifier(view)
    )


def order(rows: list[TextRow]) -> list[TextRow]:
    """Rows in an order of their own: that of views is nobody's promise."""
    return sorted(rows, key=lambda row: tuple(row.values()))


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_the_rows_worked_out_by_hand(golden: Golden, view: str) -> None:
    expected = read_expected(view)
    rows = ask(golden, select_columns(view, list(expected[0])))
    assert order(rows) == order(expected)


@pytest.mark.parametrize("view", VIEWS)
def test_no_column_is_left_unchecked(golden: Golden, view: str) -> None:
    columns = ask(
        golden,
        sql.SQL(
            "select attname::text as name from pg_attribute"
            " where attrelid = {}::regclass and attnum > 0 and not attisdropped"
        ).format(f"kpi.{view}"),
    )
    left_out = LEFT_OUT_OF_ALERTS if view == "vw_tat_alerts_summary" else LEFT_OUT
    checked = set(read_expected(view)[0]) - INSIDE_METADATA
    assert {column["name"] for column in columns} - left_out == checked - left_out


def test_every_source_row_has_landed(golden: Golden) -> None:
    load = golden.settled.load
    assert load
    tables = {table.table: table for table in load.tables}
    assert tables.keys() == {table.name for table in TABLES}
    for name, table in tables.items():
        rows = len(read_source(name))
        assert (table.read, table.inserted) == (rows, rows)
    assert load.warnings == ()


def count_rows(golden: Golden, relation: str) -> int:
    """The number of rows of a relation, counted by dbt: an analyst sees nothing below the views."""
    query = sql.SQL("select count(*) as rows from {}").format(sql.Identifier(*relation.split(".")))
    with connect(golden.warehouse.database, "tat_dbt") as connection:
        (row,) = ask_at(connection, query, PRESENT.isoformat())
    return int(row["rows"])


STAGED = {
    "users": "stg_workflow__users",
    "workflow_requests": "stg_workflow__requests",
    "approval_levels": "stg_workflow__approval_levels",
    "participants": "stg_workflow__participants",
    "work_notes": "stg_workflow__work_notes",
    "work_note_attachments": "stg_workflow__work_note_attachments",
    "documents": "stg_workflow__documents",
    "level_pauses": "stg_tat__level_pauses",
}


@pytest.mark.parametrize("table", STAGED)
def test_staging_has_every_source_row(golden: Golden, table: str) -> None:
    assert count_rows(golden, f"staging.{STAGED[table]}") == len(read_source(table))


def test_activities_are_those_of_the_source_and_one_for_each_alert(golden: Golden) -> None:
    alerts = len(read_expected("vw_tat_alerts_summary"))
    activities = count_rows(golden, "staging.stg_workflow__activities")
    assert activities == len(read_source("activities")) + alerts


def test_marts_lack_deleted_requests_and_levels_never_submitted_and_nothing_else(
    golden: Golden,
) -> None:
    kept = list_requests(is_deleted="false")
    submitted = list_requests(is_deleted="false", is_draft="false")
    assert count_rows(golden, "marts.dim_users") == len(read_source("users"))
    for relation in ("marts.fct_requests", "kpi.vw_request_volume_summary"):
        assert count_rows(golden, relation) == len(kept)
    assert count_rows(golden, "kpi.vw_engagement_metrics") == len(kept)
    assert count_rows(golden, "marts.fct_levels") == len(list_of("approval_levels", submitted))
    alerts = count_rows(golden, "kpi.vw_tat_alerts_summary")
    assert alerts == count_rows(golden, "tat.tat_alerts")


def test_the_present_day_is_counted_as_the_days_before(golden: Golden) -> None:
    days = read_expected("vw_daily_kpi_metrics")
    with connect(golden.warehouse.database, "tat_dbt") as connection:
        (last,) = ask_at(
            connection,
            "select max(kpi_date)::text as day from marts.fct_daily_metrics",
            PRESENT.isoformat(),
        )
    assert last["day"] == days[-1]["kpi_date"]


def list_requests(**values: str) -> set[str]:
    """The keys of the source's requests that have these values."""
    return {
        row["request_id"]
        for row in read_source("workflow_requests")
        if all(row[column] == value for column, value in values.items())
    }


def list_of(table: str, requests: set[str]) -> list[TextRow]:
    """The source rows that belong to these requests."""
    return [row for row in read_source(table) if row["request_id"] in requests]


FIGURES: dict[str, tuple[Query, ...]] = {
    "requests": (
        "select count(*) from vw_request_volume_summary where is_submitted",
        "select sum(total_requests) from vw_department_summary",
        "select sum(requests_submitted) from vw_daily_kpi_metrics",
    ),
    "open": (
        "select count(*) from vw_request_volume_summary where is_open",
        "select count(*) from vw_workflow_aging",
        "select sum(open_requests) from vw_department_summary",
        "select open_at_day_end from vw_daily_kpi_metrics order by kpi_date desc limit 1",
    ),
    "decided levels": (
        "select count(completed_within_tat) from vw_tat_compliance",
        "select sum(decided_count) from vw_approver_performance",
        "select sum(levels_completed) from vw_daily_kpi_metrics",
    ),
    "alerts": (
        "select count(*) from vw_tat_alerts_summary",
        # What a deleted request had crossed stays on record, its levels are not counted.
        "select (select sum(alerts_sent) from vw_tat_compliance) + count(*)"
        " from vw_tat_alerts_summary where request_number = 'G06'",
        "select sum(alerts_50_sent + alerts_75_sent + alerts_100_sent) from vw_daily_kpi_metrics",
    ),
    "breaches": (
        "select count(breached_at) from vw_tat_compliance",
        "select sum(tat_breaches) from vw_daily_kpi_metrics",
        "select sum(breaches_count) from vw_approver_performance",
        "select count(*) from vw_tat_alerts_summary as alerts"
        " where exists (select from vw_tat_compliance as levels"
        " where levels.level_id = alerts.level_id and alerts.is_breached"
        " and levels.breached_at = alerts.threshold_crossed_at"
        " and levels.breach_day = alerts.crossing_day)",
    ),
    "notes": (
        "select sum(work_notes_count) from vw_engagement_metrics",
        "select sum(work_notes_added) from vw_daily_kpi_metrics",
    ),
    "documents": (
        "select sum(documents_count) from vw_engagement_metrics",
        "select sum(documents_uploaded) from vw_daily_kpi_metrics",
    ),
}


def count_in_files() -> dict[str, int]:
    """The same figures, counted in the files."""
    kept = list_requests(is_deleted="false")
    submitted = list_requests(is_deleted="false", is_draft="false")
    requests = list_of("workflow_requests", submitted)
    levels = list_of("approval_levels", submitted)
    notes, documents = list_of("work_notes", kept), list_of("documents", kept)
    return {
        "requests": len(requests),
        "open": sum(row["status"] in ("PENDING", "IN_PROGRESS") for row in requests),
        "decided levels": sum(row["status"] in ("APPROVED", "REJECTED") for row in levels),
        "alerts": len(read_expected("vw_tat_alerts_summary")),
        "breaches": sum(bool(row["breached_at"]) for row in read_expected("vw_tat_compliance")),
        "notes": sum(row["is_deleted"] == "false" for row in notes),
        "documents": sum(row["is_deleted"] == "false" for row in documents),
    }


@pytest.mark.parametrize("figure", FIGURES)
def test_views_agree_on_a_figure_with_the_files(golden: Golden, figure: str) -> None:
    answers = [ask(golden, query) for query in FIGURES[figure]]
    figures = [int(value) for (row,) in answers for value in row.values()]
    assert figures == [count_in_files()[figure]] * len(figures)


def test_only_the_highest_threshold_of_a_running_level_is_notified(golden: Golden) -> None:
    alerts = read_expected("vw_tat_alerts_summary")
    notified = sum(
        alert["origin"] == "tick" and not alert["not_notified_reason"] for alert in alerts
    )
    assert golden.settled.ticks.notifications_queued == notified == 3
