"""Column lineage as read from SQL: from where a value comes, through whatever lies between."""

from pathlib import Path

import pytest

from orchestration.defs.transform.columns import read_lineage
from orchestration.warehouse.lineage import ColumnSource, LineageError, trace_columns

COLUMNS = {
    "workflow.levels": {"level_id": "uuid", "hours": "numeric", "starts_at": "date"},
    "workflow.users": {"user_id": "uuid", "hours": "numeric"},
}
HOURS = ColumnSource("workflow.levels", "hours")
STARTS_AT = ColumnSource("workflow.levels", "starts_at")
USER_HOURS = ColumnSource("workflow.users", "hours")

QUERIES = {
    "a star of a star": (
        "with levels as (select * from workflow.levels), last as (select * from levels)"
        " select hours as found from last",
        [HOURS],
    ),
    "both sides of a union": (
        "with hours as (select hours from workflow.levels union all"
        " select hours from workflow.users) select sum(hours) as found from hours",
        [HOURS, USER_HOURS],
    ),
    "rows written beside a relation": (
        "select happened.at as found from workflow.levels cross join lateral"
        " (values ('STARTED', levels.starts_at)) as happened (event, at)",
        [STARTS_AT],
    ),
    "a condition inside a case": (
        "select case when starts_at is null then 0 else hours end as found from workflow.levels",
        [HOURS, STARTS_AT],
    ),
    "a database's name in front": ('select hours as found from "db"."workflow"."levels"', [HOURS]),
    "what a lateral join looks rows up by is no source": (
        "select found.hours as found from workflow.users cross join lateral"
        " (select levels.* from workflow.levels as levels"
        " where levels.level_id = users.user_id offset 0) as found",
        [HOURS],
    ),
    "what rows are counted or chosen by is no source": (
        "select count(*) as found from workflow.levels where hours > 1",
        [],
    ),
}


@pytest.mark.parametrize("case", QUERIES)
def test_values_are_traced_through(case: str) -> None:
    query, expected = QUERIES[case]
    assert trace_columns(query, COLUMNS) == {"found": expected}


def test_sql_that_cannot_be_read_is_told() -> None:
    with pytest.raises(LineageError):
        trace_columns("select from where (", COLUMNS)


def test_a_model_that_cannot_be_read_costs_its_lineage_alone(tmp_path: Path) -> None:
    unreadable = tmp_path / "unreadable.sql"
    unreadable.write_text("select from where (")
    assert read_lineage(unreadable, COLUMNS) == {}
    assert read_lineage(tmp_path / "not_compiled.sql", COLUMNS) == {}
