"""The days kept in a table agree with the rows they were counted from, corrections included."""

import random
from typing import Any

from ingestion.database import connect
from tests.dbt.warehouse import Query, Warehouse, ask_at

MONDAY = "2026-03-16 12:00+05:30"
DAYS: Query = "select * from kpi.vw_daily_kpi_metrics order by kpi_date"


def count_anew(warehouse: Warehouse) -> list[dict[str, Any]]:
    """The view's days when none of them comes from the table."""
    with connect(warehouse.database, "tat_dbt") as connection:
        connection.execute("delete from marts.fct_daily_metrics")
        rows = ask_at(connection, DAYS, MONDAY)
        connection.rollback()
    return rows


def draw_corrections(seed: int, count: int = 30) -> list[dict[str, Any]]:
    """Values for the statements below, on requests and days drawn at random."""
    draw = random.Random(seed)

    def draw_moment() -> str:
        return f"2026-03-{draw.randint(2, 13):02} {draw.randint(0, 23):02}:30+05:30"

    corrections = []
    for _ in range(count):
        starts_at, ends_at = sorted((draw_moment(), draw_moment()))
        corrections.append(
            {
                "request_number": draw.choice(("R1", "R2", "R3", "R4")),
                "level_number": draw.randint(1, 2),
                "starts_at": starts_at,
                "ends_at": ends_at,
                "is_deleted": draw.random() < 0.3,
            }
        )
    return corrections


# Requests decided late or on another day, and deleted ones; levels decided; notes moved and
# deleted; documents that arrive late.
CORRECTIONS: tuple[Query, ...] = (
    "update workflow.workflow_requests set status = 'APPROVED', submission_date = %(starts_at)s,"
    " closure_date = %(ends_at)s, is_deleted = %(is_deleted)s, updated_at = %(ends_at)s"
    " where request_number = %(request_number)s",
    "update workflow.approval_levels set status = 'APPROVED', level_start_time = %(starts_at)s,"
    " level_end_time = %(ends_at)s from workflow.workflow_requests"
    " where approval_levels.request_id = workflow_requests.request_id"
    " and request_number = %(request_number)s and level_number = %(level_number)s",
    "update workflow.work_notes set created_at = %(ends_at)s, is_deleted = %(is_deleted)s"
    " from workflow.workflow_requests where request_number = %(request_number)s"
    " and work_notes.request_id = workflow_requests.request_id",
    "insert into workflow.documents (document_id, request_id, uploaded_by, uploaded_at)"
    " select gen_random_uuid(), request_id, initiator_id, %(ends_at)s"
    " from workflow.workflow_requests where request_number = %(request_number)s",
)


def test_days_since_the_last_build_are_counted_live(own_warehouse: Warehouse) -> None:
    own_warehouse.change(
        "update workflow.workflow_requests set status = 'APPROVED',"
        " closure_date = '2099-03-13 10:00+05:30' where request_number = 'R7'"
    )
    rows = own_warehouse.ask(
        "select requests_approved, open_at_day_end from vw_daily_kpi_metrics"
        " where kpi_date = '2099-03-13'",
        as_of="2027-03-13 12:00+05:30",
    )
    assert rows == []
    own_warehouse.change(
        "update workflow.workflow_requests set closure_date = '2027-03-13 10:00+05:30'"
        " where request_number = 'R7'"
    )
    rows = own_warehouse.ask(
        "select requests_approved, open_at_day_end from vw_daily_kpi_metrics"
        " where kpi_date = '2027-03-13'",
        as_of="2027-03-13 12:00+05:30",
    )
    assert rows == [{"requests_approved": 1, "open_at_day_end": 2}]


def test_a_refresh_after_corrections_equals_counting_everything_anew(
    own_warehouse: Warehouse,
) -> None:
    before = own_warehouse.ask(DAYS, as_of=MONDAY)
    for seed, statement in enumerate(CORRECTIONS):
        own_warehouse.change(statement, *draw_corrections(seed))
    expected = count_anew(own_warehouse)
    assert expected != before
    own_warehouse.run_dbt("run", "--select", "fct_daily_metrics")
    assert own_warehouse.ask(DAYS, as_of=MONDAY) == expected
