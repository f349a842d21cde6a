"""The daily metrics, a partition for each local day: refreshed, and kept as known at its end."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
from pydantic import Field

from orchestration.defs.failing import explain_errors
from orchestration.defs.local_days import FIRST_DAY, LOCAL_ZONE
from orchestration.defs.resources import DatabaseResource
from orchestration.defs.telling import described, evaluate_check
from orchestration.defs.transform.sources import describe_table
from orchestration.warehouse.daily import (
    DaysError,
    choose_days,
    describe_corrections,
    keep_days,
    list_corrections,
)

LISTED = 20

local_days = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, timezone=LOCAL_ZONE)

# Not an asset that runs materialize: between the views and the models that compare them with it,
# it would split a build of everything into four, and ask for a partition.
daily_metrics_as_known = describe_table(
    "tat",
    "daily_metrics_as_known",
    description=(
        "Each local day's figures as known when it had ended; vw_daily_kpi_metrics has those of"
        " now. Kept by daily_metrics_job, once: a day that is kept never changes."
    ),
    deps=[dg.AssetKey(["kpi", "vw_daily_kpi_metrics"])],
    partitions_def=local_days,
    group_name="daily",
)


def describe_day(row: Mapping[str, Any]) -> dict[str, float | int | bool]:
    """A day's figures as metadata of its partition; what there is none of is left out."""
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in row.items()
        if name != "kpi_date" and value is not None
    }


@dg.asset_check(asset=daily_metrics_as_known.key)
def days_are_as_known(database: DatabaseResource) -> dg.AssetCheckResult:
    """No day's figures were corrected after its end; rpt_daily_corrections shows which were."""
    return judge_days(database)


def judge_days(database: DatabaseResource) -> dg.AssetCheckResult:
    """A warning with the latest days whose figures differ from those kept."""
    corrected = list_corrections(database.open())
    metadata: dict[str, dg.MetadataValue | int] = {"days_corrected": len(corrected)}
    if corrected:
        metadata["latest"] = dg.MetadataValue.md(describe_corrections(corrected, LISTED))
    return dg.AssetCheckResult(
        passed=not corrected,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"Days corrected since their end: {len(corrected)}.",
        metadata=metadata,
    )


class DaysConfig(dg.Config):
    """Which days to keep."""

    first_day: str | None = Field(
        default=None,
        description=(
            "The first day to keep, such as 2026-03-02. Without it, the first that was missed"
            " since days are kept."
        ),
    )
    last_day: str | None = Field(
        default=None, description="The last day to keep. Without it, the one that ended last."
    )


def read_day(text: str | None) -> date | None:
    """The day that is written; None where none is. Raises DaysError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise DaysError(f"{text} is not a day. Write it as 2026-03-02.") from None


@dg.op
def keep_daily_metrics(
    context: dg.OpExecutionContext, config: DaysConfig, database: DatabaseResource
) -> None:
    """Bring the daily rollups up to what changed at the source, then keep the figures of the days.

    A day that is not over in the database's zone fails the run, and nothing is kept.
    """
    with explain_errors():
        first, last = read_day(config.first_day), read_day(config.last_day)
        days = choose_days(database.open(), first, last)
        rows = keep_days(database.open(), days)
    for row in rows:
        day = row["kpi_date"].isoformat()
        context.log_event(
            dg.AssetMaterialization(
                daily_metrics_as_known.key, partition=day, metadata=describe_day(row)
            )
        )
    found = evaluate_check(days_are_as_known.check_key, judge_days(database))
    context.log_event(found)  # type: ignore[arg-type]  # Taken, though its types don't say so.


@dg.job
def daily_metrics_job() -> None:
    """Bring the daily rollups up to the source and keep the days that have ended.

    Launched by hand it keeps what was missed up to yesterday; days of one's own are its
    config, first_day and last_day. A day kept later is kept as known then.
    """
    keep_daily_metrics()


@described(
    dg.schedule,
    job=daily_metrics_job,
    cron_schedule="15 0 * * *",
    execution_timezone=LOCAL_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def daily_metrics_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """A quarter of an hour after local midnight: keep the day that has ended.

    Days that were missed while Dagster was down are kept by the same run, as known now.
    """
    now = context.scheduled_execution_time.astimezone(ZoneInfo(LOCAL_ZONE))
    ended = now.date() - timedelta(days=1)
    config = DaysConfig(last_day=ended.isoformat())
    return dg.RunRequest(run_config=dg.RunConfig(ops={"keep_daily_metrics": config}))
