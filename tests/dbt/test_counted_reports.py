"""Reports from what is counted beforehand equal the same figures counted from the views."""

import random
from typing import Any

import pytest

from database.connect import connect
from orchestration.warehouse.facts import refresh_facts
from tests.dbt.corrections import OF_ALL, add_to_all, correct
from tests.dbt.test_stored_facts import keep_refreshing
from tests.dbt.warehouse import Query, Warehouse, ask_at
from tests.distribution import several

MONDAY = "2026-03-16 12:00+05:30"
# The columns of each report, and how one would count them.
COUNTED: dict[str, tuple[Query, Query]] = {
    "approvers": (
        "select decided_month, compliance_rank, approver_id, approver_department, decided_count,"
        " approved_count, rejected_count, within_tat_count, tat_compliance_percentage,"
        " avg_response_time_hours, median_response_time_hours, worst_overrun_hours"
        " from rpt_approver_performance",
        """
        with months as (
            select
                date_trunc('month', decided_day)::date as decided_month,
                approver_id,
                approver_department,
                count(*) as decided,
                count(*) filter (where level_status = 'APPROVED') as approved,
                count(*) filter (where level_status = 'REJECTED') as rejected,
                count(*) filter (where completed_within_tat) as in_time,
                (100.0 * count(*) filter (where completed_within_tat) / count(*))::numeric(14, 4)
                    as compliance,
                avg(tat_hours_elapsed)::numeric(20, 10) as average,
                (percentile_cont(0.5) within group (order by tat_hours_elapsed))::numeric(20, 10)
                    as median,
                max(hours_over_tat)::numeric(20, 10) as worst
            from vw_tat_compliance
            where completed_within_tat is not null
            group by 1, 2, 3
        )
        select
            decided_month,
            rank() over (
                partition by decided_month order by compliance desc, decided desc, average
            ) as place,
            approver_id, approver_department, decided, approved, rejected, in_time, compliance,
            average, median, worst
        from months
        """,
    ),
    "departments": (
        "select report_month, department, requests_submitted, still_open, approved, rejected,"
        " avg_cycle_time_hours, median_cycle_time_hours, levels_decided, levels_within_tat"
        " from rpt_department_summary",
        """
        with requests as (
            select
                submission_month as month,
                department,
                count(*) as submitted,
                count(*) filter (where is_open) as still_open,
                count(*) filter (where is_approved) as approved,
                count(*) filter (where is_rejected) as rejected,
                avg(cycle_time_hours)::numeric(20, 10) as average,
                (percentile_cont(0.5) within group (order by cycle_time_hours))::numeric(20, 10)
                    as median
            from vw_request_volume_summary
            where is_submitted
            group by 1, 2
        ),
        levels as (
            select
                date_trunc('month', decided_day)::date as month,
                department,
                count(*) as decided,
                count(*) filter (where completed_within_tat) as in_time
            from vw_tat_compliance
            where completed_within_tat is not null
            group by 1, 2
        ),
        months as (
            select month, department from requests union select month, department from levels
        )
        select
            months.month,
            months.department,
            coalesce(submitted, 0) as submitted,
            coalesce(still_open, 0) as still_open,
            coalesce(approved, 0) as approved,
            coalesce(rejected, 0) as rejected,
            average,
            median,
            coalesce(decided, 0) as decided,
            coalesce(in_time, 0) as in_time
        from months
        left join requests on (requests.month, requests.department)
            is not distinct from (months.month, months.department)
        left join levels on (levels.month, levels.department)
            is not distinct from (months.month, months.department)
        """,
    ),
    "priorities": (
        "select report_month, priority, requests_submitted, approved, rejected, levels_decided,"
        " levels_within_tat from rpt_priority_distribution",
        """
        with levels as (
            select
                request_id,
                count(*) as decided,
                count(*) filter (where completed_within_tat) as in_time
            from vw_tat_compliance
            where completed_within_tat is not null
            group by request_id
        )
        select
            submission_month,
            priority,
            count(*) as submitted,
            count(*) filter (where is_approved) as approved,
            count(*) filter (where is_rejected) as rejected,
            coalesce(sum(decided), 0) as decided,
            coalesce(sum(in_time), 0) as in_time
        from vw_request_volume_summary
        left join levels using (request_id)
        where is_submitted
        group by 1, 2
        """,
    ),
}


def read_sorted(warehouse: Warehouse, query: Query) -> list[tuple[Any, ...]]:
    """The rows of a query, in an order of their own."""
    return sorted((tuple(row.values()) for row in warehouse.ask(query, as_of=MONDAY)), key=str)


def check_reports(warehouse: Warehouse) -> None:
    """Compare each report with the figures that one would count."""
    for report, (ours, theirs) in COUNTED.items():
        rows = read_sorted(warehouse, ours)
        assert rows, report
        assert rows == read_sorted(warehouse, theirs), report


@pytest.mark.parametrize("seed", several(range(5), 2))
def test_reports_equal_counting_while_changes_wait_and_once_they_are_stored(
    own_warehouse: Warehouse, seed: int
) -> None:
    draw = random.Random(seed)
    add_to_all(own_warehouse, draw)
    check_reports(own_warehouse)
    refresh_facts(own_warehouse.database)
    for _ in range(3):
        correct(own_warehouse, draw, 20, OF_ALL)
        check_reports(own_warehouse)
        refresh_facts(own_warehouse.database, batch_size=7)
        check_reports(own_warehouse)


def test_an_empty_department_is_not_one_without_a_name(own_warehouse: Warehouse) -> None:
    own_warehouse.change(
        "update workflow.users set department = '', updated_at = now()"
        " where user_id in (select initiator_id from workflow.workflow_requests limit 1)"
    )
    check_reports(own_warehouse)
    refresh_facts(own_warehouse.database)
    check_reports(own_warehouse)
    departments = own_warehouse.ask("select distinct department from rpt_department_summary")
    assert {"department": ""} in departments


def test_what_leaves_a_month_empty_takes_it_off_the_reports(own_warehouse: Warehouse) -> None:
    own_warehouse.change("truncate workflow.workflow_requests cascade")
    for _ in range(2):
        for ours, theirs in COUNTED.values():
            assert own_warehouse.ask(ours) == own_warehouse.ask(theirs) == []
        refresh_facts(own_warehouse.database)


# Each says the same of one moment by two roads: what is counted beforehand, and all rows.
AGREEMENTS: Query = """
    select
        (select sum(decided_count) from rpt_approver_performance)
        = (select count(completed_within_tat) from vw_tat_compliance) as approvers,
        (select sum(median_response_time_hours) from rpt_approver_performance)
        = (
            select sum(months.median)
            from (
                select (
                    percentile_cont(0.5) within group (order by tat_hours_elapsed)
                )::numeric(20, 10) as median
                from vw_tat_compliance
                where completed_within_tat is not null
                group by approver_id, date_trunc('month', decided_day)
            ) as months
        ) as medians,
        (select sum(requests_submitted) + sum(levels_decided) from rpt_department_summary)
        = (select count(*) from vw_request_volume_summary where is_submitted)
        + (select count(completed_within_tat) from vw_tat_compliance) as departments
"""


def test_reports_agree_with_all_rows_at_any_moment_while_two_refreshers_race(
    own_warehouse: Warehouse,
) -> None:
    draw = random.Random(12)
    with (
        connect(own_warehouse.database, "tat_bi", autocommit=True) as analyst,
        keep_refreshing(own_warehouse.database) as errors,
    ):
        for _ in range(15):
            correct(own_warehouse, draw, 1)
            for _ in range(5):
                (row,) = ask_at(analyst, AGREEMENTS, MONDAY)
                assert set(row.values()) == {True}
    assert errors == []
    refresh_facts(own_warehouse.database)
    check_reports(own_warehouse)
