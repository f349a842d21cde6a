"""What a build tests: all rows, or those of requests that changed since all tests passed."""

import pytest

from database.connect import connect, connect_as_superuser
from orchestration.warehouse.built_models import (
    choose_test_scope,
    digest_project,
    remember_built_models,
)
from orchestration.warehouse.facts import refresh_facts
from tests.dbt.warehouse import Query, Warehouse

CHANGE: Query = (
    "update workflow.workflow_requests set title = title || '.', updated_at = now()"
    " where request_number = %(request)s"
)
FALSIFY: Query = (
    "update intermediate.int_levels_stored set halted_tat_hours = halted_tat_hours + %(hours)s"
    " from workflow.workflow_requests"
    " where int_levels_stored.request_id = workflow_requests.request_id"
    " and request_number = 'R1' and halted_tat_hours is not null"
)
DATA_TESTS = ("test", "--exclude-resource-type", "unit_test")
RECOUNT = "stored_levels_equal_a_recount"


def store_change(warehouse: Warehouse, request: str) -> None:
    """Let the app change a request, and store it."""
    warehouse.change(CHANGE, {"request": request})
    assert refresh_facts(warehouse.database).requests_stored == 1


def list_untested(warehouse: Warehouse) -> list[str]:
    """The requests that no run of all tests has seen since they were stored."""
    with connect(warehouse.database, "tat_engine") as connection:
        rows = connection.execute(
            "select request_number from tat.untested_request"
            " inner join workflow.workflow_requests using (request_id) order by 1"
        )
        return [row[0] for row in rows]


def falsify(warehouse: Warehouse, hours: int = 1) -> None:
    """Store of the levels of R1 what is not so, or take it back."""
    with connect(warehouse.database, "tat_dbt") as connection:
        assert connection.execute(FALSIFY, {"hours": hours}).rowcount > 0


def mark_as_rebuilt(warehouse: Warehouse) -> None:
    """Have the stored tables look as a build leaves them that rebuilt them."""
    with connect(warehouse.database, "tat_dbt") as connection:
        connection.execute("update tat.stored_fact set is_tested = false")


def recount(warehouse: Warehouse, scope: str) -> bool:
    """Whether the recount of levels passes in a scope."""
    arguments = ("test", "--select", RECOUNT)
    done = warehouse.try_dbt(*arguments, TAT_TEST_SCOPE=scope)
    assert RECOUNT in done.stdout
    return done.returncode == 0


def test_a_wrong_row_is_found_among_all_and_among_those_that_changed(
    own_warehouse: Warehouse,
) -> None:
    remember_built_models(own_warehouse.database, digest_project())
    store_change(own_warehouse, "R2")
    falsify(own_warehouse)
    assert recount(own_warehouse, "changed")
    assert choose_test_scope(own_warehouse.database) == "changed"
    assert not recount(own_warehouse, "all")
    assert choose_test_scope(own_warehouse.database) == "all"
    with connect(own_warehouse.database, "tat_dbt") as connection:
        connection.execute(
            "insert into tat.untested_request (request_id)"
            " select request_id from workflow.workflow_requests where request_number = 'R1'"
        )
    assert not recount(own_warehouse, "changed")


def test_all_tests_must_pass_until_a_change_counts_as_tested(own_warehouse: Warehouse) -> None:
    remember_built_models(own_warehouse.database, digest_project())
    store_change(own_warehouse, "R1")
    own_warehouse.run_dbt("test", "--select", RECOUNT)
    assert list_untested(own_warehouse) == ["R1"]
    falsify(own_warehouse)
    assert own_warehouse.try_dbt(*DATA_TESTS, TAT_TEST_SCOPE="changed").returncode != 0
    assert list_untested(own_warehouse) == ["R1"]
    falsify(own_warehouse, -1)
    mark_as_rebuilt(own_warehouse)
    own_warehouse.run_dbt(*DATA_TESTS, TAT_TEST_SCOPE="changed")
    assert list_untested(own_warehouse) == []
    # Among the rows that changed are not all of a table that was rebuilt.
    assert choose_test_scope(own_warehouse.database) == "all"
    own_warehouse.run_dbt(*DATA_TESTS)
    assert choose_test_scope(own_warehouse.database) == "changed"


def test_what_is_stored_while_tests_run_is_tested_the_next_time(own_warehouse: Warehouse) -> None:
    store_change(own_warehouse, "R1")
    store_change(own_warehouse, "R2")
    with connect(own_warehouse.database, "tat_dbt") as connection:
        connection.execute("update tat.untested_request set tested_by = 'a run'")
    store_change(own_warehouse, "R2")
    with connect(own_warehouse.database, "tat_dbt") as connection:
        connection.execute("delete from tat.untested_request where tested_by = 'a run'")
    assert list_untested(own_warehouse) == ["R2"]


def test_a_scope_that_is_none_is_refused(own_warehouse: Warehouse) -> None:
    done = own_warehouse.try_dbt("test", "--select", RECOUNT, TAT_TEST_SCOPE="some")
    assert done.returncode != 0
    assert "TAT_TEST_SCOPE is some; it can be all or changed." in done.stdout


def test_all_rows_are_tested_until_these_models_have_passed(own_warehouse: Warehouse) -> None:
    database = own_warehouse.database
    assert choose_test_scope(database) == "all"
    remember_built_models(database, "another project")
    assert choose_test_scope(database) == "all"
    remember_built_models(database, digest_project())
    assert choose_test_scope(database) == "changed"


@pytest.mark.parametrize(
    "statement",
    [
        "update tat.stored_fact set is_tested = false where key_column = 'kpi_date'",
        "insert into tat.untested_request (request_id)"
        " select request_id from workflow.workflow_requests",
    ],
    ids=["a table was rebuilt", "much changed"],
)
def test_all_rows_are_tested_where(own_warehouse: Warehouse, statement: Query) -> None:
    home = own_warehouse.database.home
    assert home is not None
    remember_built_models(own_warehouse.database, digest_project())
    with connect_as_superuser(home, own_warehouse.database.name) as connection:
        assert connection.execute(statement).rowcount > 0
    assert choose_test_scope(own_warehouse.database) == "all"
