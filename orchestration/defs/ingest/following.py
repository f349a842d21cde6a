"""The app's own database as an asset: compared every hour, and red while it is not followed."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from database.settings import load_settings
from orchestration.adoption import list_faults
from orchestration.defs.alerts.heartbeat import describe_health
from orchestration.defs.failing import explain_errors
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.telling import described, is_preview, tell_of_check
from orchestration.reading import fetch_rows
from orchestration.sourcing import (
    choose_source,
    compare,
    describe_report,
    describe_source,
    is_comparison_due,
)

SOURCE_TABLE = dg.AssetKey(["tat", "source_table"])
FOLLOWED_CHECK = "source_is_followed"
COMPARE_SECONDS = 3600
RUNNING = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]
NO_SOURCE = "No source is set: bundles are loaded, or the app writes here itself."


@dg.asset(key=SOURCE_TABLE, group_name="landed", owners=["team:operations"], kinds={"postgres"})
def source_table(
    context: dg.AssetExecutionContext, database: DatabaseResource
) -> dg.MaterializeResult:
    """How far each table of the app's own database was read.

    A run compares whole tables with it, those that were not compared for an hour: that finds what
    was deleted there, and what changed without a date. tat_threshold_sensor reads what changed
    with a date, before each tick.
    """
    settings = load_settings()
    if choose_source(database.open(), settings).source_url is None:
        return dg.MaterializeResult(metadata={"compared": NO_SOURCE})
    with explain_errors():
        report = compare(database.open(), settings, seconds=COMPARE_SECONDS)
    context.log.info(describe_report(report))
    return dg.MaterializeResult(
        metadata={
            "rows_loaded": report.loaded.rows_loaded,
            "rows_gone": report.loaded.rows_gone,
            "statements_at_the_source": report.statements,
        }
    )


source_comparison_job = dg.define_asset_job(
    "source_comparison_job",
    selection=dg.AssetSelection.assets(source_table),
    description="Compare whole tables with the source: finds deletions and changes without a date.",
)


def judge_source(database: DatabaseResource) -> dg.AssetCheckResult:
    """Red while what changed at the source may be unknown here; green where there is none."""
    rows = fetch_rows(database.open(), "read_source_health")
    if choose_source(database.open(), load_settings()).source_url is None:
        return dg.AssetCheckResult(passed=True, description=NO_SOURCE)
    if not rows:
        return dg.AssetCheckResult(passed=False, description="The source was never followed.")
    health: Mapping[str, Any] = rows[0]
    faults = list_faults(database.open(), load_settings())
    state = describe_source(health, fetch_rows(database.open(), "list_source_tables"))
    return dg.AssetCheckResult(
        passed=health["is_followed"] and not faults,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join([*faults, state]),
        metadata=describe_health(health),
    )


@dg.asset_check(asset=SOURCE_TABLE, name=FOLLOWED_CHECK)
def source_is_followed(database: DatabaseResource) -> dg.AssetCheckResult:
    """What changed in the app's own database was loaded within 200 seconds, of every table.

    source_sensor looks every minute and tells of it when it changes, else once an hour.
    """
    return judge_source(database)


@described(
    dg.sensor,
    name="source_sensor",
    job=source_comparison_job,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
@explain_errors()
def source_sensor(
    context: dg.SensorEvaluationContext, database: DatabaseResource
) -> dg.SensorResult:
    """Look every minute whether the source is followed, and have it compared every hour."""
    found = judge_source(database)
    key = dg.AssetCheckKey(SOURCE_TABLE, FOLLOWED_CHECK)
    told = tell_of_check(key, found, found.description or "", context.cursor)
    if is_preview(context) or not is_due(context, database):
        return told
    return dg.SensorResult(
        run_requests=[dg.RunRequest()], asset_events=told.asset_events, cursor=told.cursor
    )


def is_due(context: dg.SensorEvaluationContext, database: DatabaseResource) -> bool:
    """Whether a table is to be compared, and no run does so already."""
    running = dg.RunsFilter(job_name=source_comparison_job.name, statuses=RUNNING)
    return (
        is_comparison_due(database.open(), load_settings())
        and context.instance.get_runs_count(running) == 0
    )
