"""The daily partitions of the Dagster UI, and the sensor that keeps incremental tables close."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from database.connect import connect
from orchestration.defs import resources
from orchestration.defs.transform import facts
from orchestration.defs.transform.days import (
    daily_metrics_as_known,
    daily_metrics_job,
    daily_metrics_schedule,
    days_are_as_known,
)
from orchestration.defs.transform.facts import stored_facts_keep_up, stored_facts_sensor
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


def backfill(
    database: resources.DatabaseResource,
    first: str = FIRST,
    last: str = LAST,
    *,
    raise_on_error: bool = True,
) -> dg.ExecuteInProcessResult:
    """Run the partitions from `first` to `last` in one run, as a backfill from the UI does."""
    return dg.materialize(
        [daily_metrics_as_known],
        resources={"database": database},
        tags={
            "dagster/asset_partition_range_start": first,
            "dagster/asset_partition_range_end": last,
        },
        raise_on_error=raise_on_error,
    )


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


def test_a_backfill_keeps_each_day_once_and_shows_its_figures(
    own_warehouse: Warehouse, found: resources.DatabaseResource
) -> None:
    result = backfill(found)
    shown = {
        str(materialization.partition): materialization.metadata
        for materialization in result.asset_materializations_for_node("tat__daily_metrics_as_known")
    }
    assert sorted(shown) == [f"2026-03-0{day}" for day in range(2, 7)]
    assert shown["2026-03-04"]["levels_completed"].value == 2
    assert shown["2026-03-04"]["is_new"].value is True
    kept = read_kept(own_warehouse)
    assert len(kept) == 5
    again = backfill(found)
    (event, *_) = again.asset_materializations_for_node("tat__daily_metrics_as_known")
    assert event.metadata["days_kept"].value == 0
    assert read_kept(own_warehouse) == kept


def test_late_changed_and_deleted_rows_show_beside_the_day_as_known(
    own_warehouse: Warehouse, found: resources.DatabaseResource
) -> None:
    backfill(found)
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
    backfill(found)
    assert read_kept(own_warehouse) == kept
    check = judge(days_are_as_known, found)
    assert not check.passed
    assert "2026-03-05: work_notes_added 0" in str(check.metadata["latest"].value)


def test_a_run_fails_and_keeps_nothing_when_a_day_is_not_over(
    own_warehouse: Warehouse, found: resources.DatabaseResource
) -> None:
    """As when Dagster counts the days of a zone that is ahead of the database's."""
    own_warehouse.change(
        "update tat.setting set setting_value = 'Etc/GMT+12' where setting_name = 'time_zone'"
    )
    local_day = datetime.now(ZoneInfo("Etc/GMT+12")).date()
    yesterday = local_day - timedelta(days=1)
    result = backfill(found, yesterday.isoformat(), local_day.isoformat(), raise_on_error=False)
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    assert failure.step_failure_data.error
    assert failure.step_failure_data.error.cause
    said = failure.step_failure_data.error.cause.message
    assert f"{local_day} is not over in Etc/GMT+12" in said
    assert "TAT_TIMEZONE=Etc/GMT+12" in said
    assert not result.asset_materializations_for_node("tat__daily_metrics_as_known")
    assert read_kept(own_warehouse) == []
    assert len(keep_days(own_warehouse.database, [yesterday])) == 1


def ask_schedule(
    definitions: dg.Definitions, database: resources.DatabaseResource, now: str
) -> dg.RunRequest:
    """What the schedule wants to run at a moment."""
    with dg.build_schedule_context(
        repository_def=definitions.get_repository_def(),
        scheduled_execution_time=datetime.fromisoformat(now),
        resources={"database": database},
    ) as context:
        requested = definitions.resolve_schedule_def("daily_metrics_schedule").evaluate_tick(
            context
        )
    (request,) = requested.run_requests or ()
    return request


def test_days_missed_while_dagster_was_down_are_kept_when_it_is_back(
    own_warehouse: Warehouse, found: resources.DatabaseResource
) -> None:
    definitions = dg.Definitions(
        assets=[daily_metrics_as_known],
        jobs=[daily_metrics_job],
        schedules=[daily_metrics_schedule],
        resources={"database": found},
    )
    assert ask_schedule(definitions, found, "2026-03-04T00:15+05:30").partition_key == "2026-03-03"
    keep_days(own_warehouse.database, [date(2026, 3, 2), date(2026, 3, 3)])
    request = ask_schedule(definitions, found, "2026-03-08T00:15+05:30")
    job = definitions.resolve_job_def("daily_metrics_job")
    assert job.execute_in_process(tags=dict(request.tags)).success
    kept = [row[0].isoformat() for row in read_kept(own_warehouse)]
    assert kept == [f"2026-03-0{day}" for day in range(2, 8)]
    assert ask_schedule(definitions, found, "2026-03-09T00:15+05:30").partition_key == "2026-03-08"


def test_partitions_begin_with_the_first_request(own_warehouse: Warehouse) -> None:
    assert find_first_day(own_warehouse.database) == date(2026, 3, 2)


def test_the_daily_job_runs_the_asset_and_its_check() -> None:
    definitions = dg.Definitions(
        assets=[daily_metrics_as_known],
        asset_checks=[days_are_as_known],
        jobs=[daily_metrics_job],
        resources={"database": resources.DatabaseResource()},
    )
    nodes = {node.name for node in definitions.resolve_job_def("daily_metrics_job").nodes}
    assert nodes == {"tat__daily_metrics_as_known", "tat__daily_metrics_as_known_days_are_as_known"}


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
