"""The reports say what the eight views say, arranged: nothing is lost or counted twice."""

import pytest

from tests.dbt.test_views import as_text, write_table
from tests.dbt.warehouse import Query, Warehouse


def test_the_timeline_of_a_request(warehouse: Warehouse) -> None:
    rows = warehouse.ask(
        "select event_number, event_type, level_number, actor_name, hours_since_previous,"
        " tat_percentage_used from rpt_request_lifecycle"
        " where request_number = 'R2' order by event_number"
    )
    assert as_text(rows) == write_table(
        """
        1|CREATED        |-|Sales clerk    |-|-
        2|SUBMITTED      |-|Sales clerk    |0|-
        3|LEVEL_STARTED  |1|Finance manager|0|-
        4|TAT_50         |1|Finance manager|2|-
        5|TAT_75         |1|Finance manager|1|-
        6|TAT_100        |1|Finance manager|1|-
        7|LEVEL_REJECTED |1|Finance manager|1|125
        8|REQUEST_DECIDED|-|Sales clerk    |0|-
        """
    )


SUMS: dict[str, tuple[Query, Query]] = {
    "approvers": (
        "select sum(decided_count) as a, sum(within_tat_count) as b from rpt_approver_performance",
        "select count(completed_within_tat) as a,"
        " count(*) filter (where completed_within_tat) as b from vw_tat_compliance",
    ),
    "departments": (
        "select sum(requests_submitted) as a, sum(still_open) as b, sum(levels_decided) as c"
        " from rpt_department_summary",
        "select sum(total_requests) as a, sum(open_requests) as b,"
        " (select count(completed_within_tat) from vw_tat_compliance) as c"
        " from vw_department_summary",
    ),
    "breaches": (
        "select count(*) as a, sum(hours_over_tat) as b from rpt_tat_breaches",
        "select count(*) as a, sum(hours_over_tat) as b from vw_tat_compliance where is_breached",
    ),
    "priorities": (
        "select sum(requests_submitted) as a, sum(levels_decided) as b"
        " from rpt_priority_distribution",
        "select sum(total_requests) as a,"
        " (select count(completed_within_tat) from vw_tat_compliance) as b"
        " from vw_department_summary",
    ),
    "aging": (
        "select sum(open_requests) as a, sum(delayed_requests) as b from rpt_workflow_aging",
        "select count(*) as a, count(*) filter (where is_delayed) as b from vw_workflow_aging",
    ),
    "days": (
        "select count(*) as a, sum(levels_completed) as b from rpt_daily_trends",
        "select count(*) as a, sum(levels_completed) as b from vw_daily_kpi_metrics",
    ),
    "weeks": (
        "select sum(days_counted) as a, sum(levels_completed) as b, sum(breaches) as c"
        " from rpt_weekly_trends",
        "select count(*) as a, sum(levels_completed) as b, sum(tat_breaches) as c"
        " from vw_daily_kpi_metrics",
    ),
    "engagement": (
        "select sum(work_notes) as a, sum(documents) as b, sum(spectators) as c"
        " from rpt_engagement",
        "select sum(work_notes_count) as a, sum(documents_count) as b, sum(spectators_count) as c"
        " from vw_engagement_metrics inner join vw_request_volume_summary using (request_id)"
        " where is_submitted",
    ),
}


@pytest.mark.parametrize("report", SUMS)
def test_a_report_adds_up_to_its_views(warehouse: Warehouse, report: str) -> None:
    ours, theirs = SUMS[report]
    (counted,) = warehouse.ask(ours)
    (expected,) = warehouse.ask(theirs)
    assert list(counted.values()) == list(expected.values())
    assert all(value for value in counted.values())


@pytest.mark.parametrize("report", ["departments", "priorities", "engagement"])
def test_a_request_without_a_submission_date_is_counted_under_no_month(
    own_warehouse: Warehouse, report: str
) -> None:
    ours, theirs = SUMS[report]
    before = own_warehouse.ask(ours)
    own_warehouse.change(
        "update workflow.workflow_requests set submission_date = null where request_number = 'R1'"
    )
    assert own_warehouse.ask(ours) == before == own_warehouse.ask(theirs)
