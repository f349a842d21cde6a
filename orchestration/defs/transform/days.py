"""The daily metrics, a partition for each local day: refreshed, and kept as known at its end."""

import warnings
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

from orchestration.defs.local_days import FIRST_DAY, LOCAL_ZONE
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.transform.sources import list_sources
from orchestration.warehouse.daily import (
    describe_corrections,
    find_first_missed_day,
    keep_days,
    list_corrections,
)

LISTED = 20
AS_KNOWN = dg.AssetKey(["tat", "daily_metrics_as_known"])

local_days = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, timezone=LOCAL_ZONE)


def describe_day(row: Mapping[str, Any]) -> dict[str, float | int | bool]:
    """A day's figures as metadata of its partition; what there is none of is left out."""
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in row.items()
        if name != "kpi_date" and value is not None
    }


# A backfill of years is one run. Dagster calls the parameter for that beta; our Dagster is pinned.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", dg.BetaWarning)
    partitioned_asset = dg.asset(
        key=AS_KNOWN,
        deps=[dg.AssetKey(["kpi", "vw_daily_kpi_metrics"])],
        partitions_def=local_days,
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name="daily",
        kinds={"postgres"},
        owners=list_sources()[AS_KNOWN].owners,
    )


@partitioned_asset
def daily_metrics_as_known(
    context: dg.AssetExecutionContext, database: DatabaseResource
) -> dg.MaterializeResult:
    """Each local day's figures as known when it had ended; vw_daily_kpi_metrics has those of now.

    A run first brings the daily rollups up to what changed at the source, then keeps the figures
    of its days. Days are never kept twice: running one again shows its figures now. A day that
    is not over in the database's zone fails the run, and nothing is kept.
    """
    days = [date.fromisoformat(key) for key in context.partition_keys]
    rows = keep_days(database.open(), days)
    for row in rows:
        context.add_asset_metadata(describe_day(row), partition_key=row["kpi_date"].isoformat())
    return dg.MaterializeResult(
        metadata={"days": len(rows), "days_kept": sum(row["is_new"] for row in rows)}
    )


@dg.asset_check(asset=daily_metrics_as_known)
def days_are_as_known(database: DatabaseResource) -> dg.AssetCheckResult:
    """No day's figures were corrected after its end; rpt_daily_corrections shows which were."""
    corrected = list_corrections(database.open())
    metadata: dict[str, dg.MetadataValue | int] = {"days_corrected": len(corrected)}
    if corrected:
        metadata["latest"] = dg.MetadataValue.md(describe_corrections(corrected, LISTED))
    return dg.AssetCheckResult(
        passed=not corrected, severity=dg.AssetCheckSeverity.WARN, metadata=metadata
    )


daily_metrics_job = dg.define_asset_job(
    "daily_metrics_job",
    selection=dg.AssetSelection.assets(daily_metrics_as_known),
    executor_def=dg.in_process_executor,
    description="Bring the daily rollups up to the source and keep the day that has ended.",
)


@dg.schedule(
    job=daily_metrics_job,
    cron_schedule="15 0 * * *",
    execution_timezone=LOCAL_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def daily_metrics_schedule(
    context: dg.ScheduleEvaluationContext, database: DatabaseResource
) -> dg.RunRequest:
    """A quarter of an hour after local midnight: keep the day that has ended.

    Days that were missed while Dagster was down are kept by the same run, as known now.
    """
    now = context.scheduled_execution_time.astimezone(ZoneInfo(LOCAL_ZONE))
    ended = now.date() - timedelta(days=1)
    missed = find_first_missed_day(database.open(), ended)
    if missed is None or missed == ended:
        return dg.RunRequest(partition_key=ended.isoformat())
    return dg.RunRequest(
        tags={
            ASSET_PARTITION_RANGE_START_TAG: missed.isoformat(),
            ASSET_PARTITION_RANGE_END_TAG: ended.isoformat(),
        }
    )
