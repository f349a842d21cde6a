"""The daily metrics, a partition for each local day: refreshed, and kept as known at the day's end."""

import os
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import dagster as dg

from ingestion.settings import load_settings
from orchestration.daily import describe_corrections, keep_days, list_corrections
from orchestration.defs.resources import DatabaseResource

# `tat up` says the day of the first request; without it partitions begin with this year's.
FIRST_DAY = os.environ.get("TAT_FIRST_DAY") or f"{date.today().year}-01-01"
LISTED = 20

local_days = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, timezone=load_settings().timezone)


def describe_day(row: Mapping[str, Any]) -> dict[str, float | int | bool]:
    """A day's figures as metadata of its partition; what there is none of is left out."""
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in row.items()
        if name != "kpi_date" and value is not None
    }


@dg.asset(
    key=["tat", "daily_metrics_as_known"],
    deps=[dg.AssetKey(["kpi", "vw_daily_kpi_metrics"])],
    partitions_def=local_days,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name="daily",
    kinds={"postgres"},
    owners=["team:data_team"],
)
def daily_metrics_as_known(
    context: dg.AssetExecutionContext, database: DatabaseResource
) -> dg.MaterializeResult:
    """Each local day's figures as known when it had ended; vw_daily_kpi_metrics has those known now.

    A run first brings the daily rollups up to what changed at the source, then keeps the figures
    of its days. Days are never kept twice: running one again shows its figures now.
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
    """No day's figures were corrected after its end; where some were, rpt_daily_corrections says which."""
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

# A quarter of an hour after local midnight: what the day's last minute changed is there.
daily_metrics_schedule = dg.build_schedule_from_partitioned_job(
    daily_metrics_job,
    name="daily_metrics_schedule",
    hour_of_day=0,
    minute_of_hour=15,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
