"""The daily partitions of the Dagster UI, and the sensor that keeps incremental tables close."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from database.connect import connect
from orchestration.defs import resources
from orchestration.defs.transform import facts
from orchestration.defs.transform.days import (
    DaysConfig,
    daily_metrics_as_known,
    daily_metrics_job,
    daily_metrics_schedule,
    days_are_as_known,
)
from orchestration.defs.transform.facts import stored_facts_keep_up, stored_facts_sensor
from orchestration.reading import fetch_rows
from orchestration.warehouse.daily import find_first_day, keep_days
from orchestration.warehouse.facts import refresh_facts
from tests.dbt.warehouse import Query, Warehouse

FIRST, LAST = "2026-03-02", "2026-03-06"
# When the figures of these days are asked for: whatever is open has not been decided since.
LATER = "2026-03-20 12:00+05:30"


@pytest.fixture
def found(own_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> resources.DatabaseResource:
    """The resource, leading to the test's warehouse."""
    monkeypatch.setattr(resources, "find_database", lambda: own_warehouse.database)
    return resources.DatabaseResource()


def keep(
    database: resources.DatabaseResource,
    first: str | None = FIRST,
    last: str | None = LAST,
    *,
    raise_on_error: bool = True,
) -> dg.ExecuteInProcessResult:
    """Run the daily job for the days from `first` to `last`."""
    config = DaysConfig(first_day=first, last_day=last)
    return run_job(database, dg.RunConfig(ops={"keep_daily_metrics": config}), raise_on_error)


def run_job(
    database: resources.DatabaseResource, config: Any, raise_on_error: bool = True
) -> dg.ExecuteInProcessResult:
    """Run the daily job to its end."""
    return daily_metrics_job.execute_in_process(
        run_config=config, resources={"database": database}, raise_on_error=raise_on_error
    )


def list_shown(result: dg.ExecuteInProcessResult) -> dict[str, Mapping[str, Any]]:
    """What the run shows of each day, by its partition."""
    shown = result.asset_materializations_for_node("keep_daily_metrics")
    assert {event.asset_key for event in shown} <= {daily_metrics_as_known.key}
    return {str(event.partition): event.metadata for event in shown}


def list_checked(result: dg.ExecuteInProcessResult) -> list[tuple[str, bool]]:
    """The checks that the run evaluated, and whether they passed."""
    found = result.get_asset_check_evaluations()
    return [(evaluation.check_name, evaluation.passed) for evaluation in found]


def judge(
    check: dg.AssetChecksDefinition, database: resources.DatabaseResource
) -> dg.AssetCheckResult:
    """What the check finds."""
    result = check(database)
    assert isinstance(result, dg.AssetCheckResult)
    return result


def look(database: resources.DatabaseResource) -> str:
    """What the sensor's page says after the sensor has run once."""
    with dg.build_sensor_context(last_sensor_start_time=1.0) as context:
        result = stored_facts_sensor(context, database=database)
    assert isinstance(result, dg.SensorResult)
    assert result.skip_reason
    return str(result.skip_reason.skip_message)


def watch(
    database: resources.DatabaseResource, cursor: str | None
) -> tuple[str, list[bool], str | None]:
    """Let the watching sensor look: its page, whether what it tells of passed, its cursor."""
    with dg.build_sensor_context(cursor=cursor) as context:
        result = facts.stored_facts_watch_sensor(context, database=database)
    assert isinstance(result, dg.SensorResult)
    assert result.skip_reason
    assert not result.run_requests
    told = [event for event in result.asset_events if isinstance(event, dg.AssetCheckEvaluation)]
    assert {event.severity for event in told} <= {dg.AssetCheckSeverity.WARN}
    passed = [event.passed for event in told]
    return str(result.skip_reason.skip_message), passed, result.cursor


def read_kept(warehouse: Warehouse) -> list[Any]:
    """What is kept of each day, as it was written."""
    with connect(warehouse.database, "tat_dbt") as connection:
        return connection.execute(
            "select * from tat.daily_metrics_as_known order by kpi_date"
        ).fetchall()


def test_days_are_kept_once_and_show_their_figures(
    own_warehouse: Warehouse, found: resources.DatabaseResource
) -> None:
    result = keep(found)
    shown = list_shown(result)
    assert sorted(shown) == [f"2026-03-0{day}" for day in range(2, 7)]
    assert shown["2026-03-04"]["levels_completed"].value == 2
    assert shown["2026-03-04"]["is_new"].value is True
    assert list_checked(result) == [("days_are_as_known", True)]
    kept = read_kept(own_warehouse)
    assert len(kept) == 5
    again = list_shown(keep(found))
    assert {day: figures["is_new"].value for day, figures in again.items()} == dict.fromkeys(
        shown, False
    )
    assert read_kept(own_warehouse) == kept


def test_late_changed_and_deleted_rows_show_beside_the_day_as_known(
    own_warehouse: Warehouse, found: resources.DatabaseResource
) -> None:
    keep(found)
    kept = read_kept(own_warehouse)
    assert judge(days_are_as_known, found).passed
    own_warehouse.change(
        "insert into workflow.work_notes (note_id, request_id, user_id, created_at)"
        " select gen_random_uuid(), request_id, initiator_id, '2026-03-05 23:59+05:30'"
        " from workflow.workflow_requests where request_number = 'R1'"
    )
    own_warehouse.change(
        "update workflow.workflow_requests set is_deleted = true, updated_at = now()"
        " where request_number = 'R2'"
    )
    rows = own_warehouse.ask(
        "select kpi_date::text as day, metric, as_known::integer as was, as_of_now::integer as is"
        " from rpt_daily_corrections where metric in ('work_notes_added', 'requests_rejected')"
        " order by kpi_date, metric",
        as_of=LATER,
    )
    assert rows == [
        {"day": "2026-03-04", "metric": "requests_rejected", "was": 1, "is": 0},
        {"day": "2026-03-05", "metric": "work_notes_added", "was": 0, "is": 1},
    ]
    assert list_checked(keep(found)) == [("days_are_as_known", False)]
    assert read_kept(own_warehouse) == kept
    check = judge(days_are_as_known, found)
    assert not check.passed
    assert "2026-03-05: work_notes_added 0" in str(check.metadata["latest"].value)


def read_failure(result: dg.ExecuteInProcessResult) -> str:
    """The first thing that the run's page says of what failed."""
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    assert failure.step_failure_data.error
    assert failure.step_failure_data.error.cause is None
    return failure.step_failure_data.error.message


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-03-05", "2026-03-02", "The first day, 2026-03-05, is after the last, 2026-03-02."),
        ("March", None, "March is not a day. Write it as 2026-03-02."),
    ],
)
def test_days_that_are_none_are_refused(
    own_warehouse: Warehouse,
    found: resources.DatabaseResource,
    first: str,
    last: str | None,
    said: str,
) -> None:
    assert said in read_failure(keep(found, first, last, raise_on_error=False))


def test_a_run_fails_and_keeps_nothing_when_a_day_is_not_over(
    own_warehouse: Warehouse, found: resources.DatabaseResource
) -> None:
    """As when Dagster counts the days of a zone that is ahead of the database's."""
    own_warehouse.change(
        "update tat.setting set setting_value = 'Etc/GMT+12' where setting_name = 'time_zone'"
    )
    local_day = datetime.now(ZoneInfo("Etc/GMT+12")).date()
    yesterday = local_day - timedelta(days=1)
    result = keep(found, yesterday.isoformat(), local_day.isoformat(), raise_on_error=False)
    said = read_failure(result)
    assert f"{local_day} is not over in Etc/GMT+12" in said
    assert "TAT_TIMEZONE=Etc/GMT+12" in said
    assert not list_shown(result)
    assert read_kept(own_warehouse) == []
    assert len(keep_days(own_warehouse.database, [yesterday])) == 1


def run_schedule(database: resources.DatabaseResource, now: str) -> list[str]:
    """Run what the schedule wants to run at a moment; the days that the run shows."""
    scheduled = datetime.fromisoformat(now)
    with dg.build_schedule_context(scheduled_execution_time=scheduled) as context:
        request = daily_metrics_schedule(context)
    assert isinstance(request, dg.RunRequest)
    return sorted(list_shown(run_job(database, request.run_config)))


def test_days_missed_while_dagster_was_down_are_kept_when_it_is_back(
    own_warehouse: Warehouse, found: resources.DatabaseResource
) -> None:
    assert run_schedule(found, "2026-03-04T00:15+05:30") == ["2026-03-03"]
    assert run_schedule(found, "2026-03-08T00:15+05:30") == [
        f"2026-03-0{day}" for day in range(4, 8)
    ]
    kept = [row[0].isoformat() for row in read_kept(own_warehouse)]
    assert kept == [f"2026-03-0{day}" for day in range(3, 8)]
    assert run_schedule(found, "2026-03-09T00:15+05:30") == ["2026-03-08"]


def test_the_job_keeps_what_was_missed_up_to_yesterday_without_being_told(
    own_warehouse: Warehouse, found: resources.DatabaseResource
) -> None:
    (present,) = fetch_rows(own_warehouse.database, "read_local_day")
    yesterday = present["local_day"] - timedelta(days=1)
    keep_days(own_warehouse.database, [yesterday - timedelta(days=3)])
    shown = list_shown(run_job(found, {}))
    assert sorted(shown) == [(yesterday - timedelta(days=n)).isoformat() for n in (2, 1, 0)]


def test_partitions_begin_with_the_first_day_kept(own_warehouse: Warehouse) -> None:
    (present,) = fetch_rows(own_warehouse.database, "read_local_day")
    assert find_first_day(own_warehouse.database) == present["local_day"]
    keep_days(own_warehouse.database, [date(2026, 3, 3)])
    assert find_first_day(own_warehouse.database) == date(2026, 3, 3)


def test_the_sensor_stores_what_changed(
    own_warehouse: Warehouse, found: resources.DatabaseResource
) -> None:
    own_warehouse.change("update workflow.workflow_requests set title = title || '.'")
    assert look(found).startswith("7 changed requests stored.")
    assert look(found) == "No request changed."


@pytest.mark.parametrize(
    "broken_off",
    [
        "create table intermediate.int_levels_stored__renamed_1 ()",
        "delete from tat.stored_fact",
    ],
    ids=["a build rebuilt a table", "no build has ended"],
)
def test_the_sensor_says_that_changes_wait_for_a_build(
    own_warehouse: Warehouse, found: resources.DatabaseResource, broken_off: Query
) -> None:
    own_warehouse.change("update workflow.workflow_requests set title = title || '.'")
    with connect(own_warehouse.database, "tat_dbt") as connection:
        connection.execute(broken_off)
    report = refresh_facts(own_warehouse.database)
    assert report.is_waiting_for_build
    assert (report.requests_stored, report.changes_left) == (0, False)
    assert "`tat build` ends it" in look(found)


def test_the_sensor_gives_up_in_time_while_a_build_holds_the_facts(
    own_warehouse: Warehouse, found: resources.DatabaseResource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "REFRESH_BUDGET_SECONDS", 0.2)
    own_warehouse.change("update workflow.workflow_requests set title = title || '.'")
    with connect(own_warehouse.database, "tat_dbt") as build:
        # Whoever waits without end gets the lock then, and says something else.
        build.execute("set idle_in_transaction_session_timeout = '10s'")
        build.execute("select tat.lock_stored_facts()")
        assert look(found) == facts.HELD
    assert look(found) == "7 changed requests stored."


def test_a_change_that_waits_ten_minutes_is_a_warning(
    own_warehouse: Warehouse, found: resources.DatabaseResource
) -> None:
    own_warehouse.change("update workflow.workflow_requests set title = title || '.'")
    assert judge(stored_facts_keep_up, found).passed
    own_warehouse.change("update tat.request_change set changed_at = now() - interval '11 minutes'")
    check = judge(stored_facts_keep_up, found)
    assert not check.passed
    assert check.severity == dg.AssetCheckSeverity.WARN
    assert check.metadata["requests_waiting"].value == 7


def test_a_sensor_that_stores_nothing_is_seen_between_builds(
    own_warehouse: Warehouse, found: resources.DatabaseResource
) -> None:
    reason, passed, cursor = watch(found, None)
    assert (reason, passed) == ("No change waits to be stored.", [True])
    own_warehouse.change("update workflow.workflow_requests set title = title || '.'")
    assert watch(found, cursor)[1] == []
    own_warehouse.change("update tat.request_change set changed_at = now() - interval '11 minutes'")
    reason, passed, cursor = watch(found, cursor)
    assert reason.startswith("7 changed requests wait, the oldest for 66")
    assert passed == [False]
    assert watch(found, cursor)[1] == []
    refresh_facts(own_warehouse.database)
    assert watch(found, cursor)[1] == [True]
