"""How old the sources are, asked by dbt and shown as checks of their assets."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration.defs.telling import described
from orchestration.defs.transform.assets import translator
from orchestration.defs.transform.sources import read_sources

CHECK = "rows_are_recent"


def list_watched_sources() -> list[Mapping[str, Any]]:
    """The sources whose yaml says after how long their newest row is too old."""
    return [source for source in read_sources() if source["loaded_at_field"]]


def describe_freshness(source: Mapping[str, Any]) -> dg.AssetCheckSpec:
    """The check of one source, in words."""
    allowed = source["freshness"]["warn_after"]
    return dg.AssetCheckSpec(
        CHECK,
        asset=translator.get_asset_key(source),
        description=(
            f"The newest {source['loaded_at_field']} is at most"
            f" {allowed['count']} {allowed['period']}s old."
        ),
    )


def report_freshness(source: Mapping[str, Any], result: Mapping[str, Any]) -> dg.AssetCheckResult:
    """What dbt found of one source. Old rows are a warning: a bundle of last year's is no fault."""
    return dg.AssetCheckResult(
        asset_key=translator.get_asset_key(source),
        check_name=CHECK,
        passed=result["status"] == "pass",
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "newest_row_at": str(result.get("max_loaded_at")),
            "age_hours": round(result.get("max_loaded_at_time_ago_in_s", 0) / 3600, 2),
        },
    )


@dg.multi_asset_check(
    name="source_freshness",
    specs=[describe_freshness(source) for source in list_watched_sources()],
    can_subset=True,
)
def source_freshness(
    context: dg.AssetCheckExecutionContext, dbt: DbtCliResource
) -> Iterator[dg.AssetCheckResult]:
    """Ask dbt how old the newest row of each watched source is."""
    invocation = dbt.cli(["source", "freshness"]).wait()
    results = invocation.get_artifact("sources.json")["results"]
    found = {result["unique_id"]: result for result in results}
    for source in list_watched_sources():
        if describe_freshness(source).key in context.selected_asset_check_keys:
            yield report_freshness(source, found[source["unique_id"]])


source_freshness_job = dg.define_asset_job(
    "source_freshness_job",
    selection=dg.AssetSelection.checks(source_freshness),
    description="Ask how old the newest rows of the sources are; old ones are a warning.",
)


@described(
    dg.schedule,
    job=source_freshness_job,
    cron_schedule="45 */6 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def six_hourly_source_freshness_schedule() -> dg.RunRequest:
    """Ask four times a day how old the sources are, whoever writes them."""
    return dg.RunRequest()
