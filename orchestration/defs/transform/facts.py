"""The sensor that keeps the stored facts close to the source, without starting a run."""

import dagster as dg

from orchestration.defs.resources import DatabaseResource
from orchestration.facts import FactsReport, refresh_facts
from orchestration.reading import fetch_rows

REFRESH_INTERVAL_SECONDS = 60
# Dagster gives a sensor 60 seconds; what is not stored by then is counted live by the views.
REFRESH_BUDGET_SECONDS = 25
# Ten refreshes missed: questions still have true answers, but ever slower ones.
BEHIND_SECONDS = 600
WAITING_FOR_BUILD = (
    "Changes wait for a build of the models to end and are counted live until then."
    " If none runs, one was broken off: `tat build` ends it."
)
LOCKED = (
    "A build, a load or an edit of rules holds the stored facts."
    " Changes are counted live until the next refresh, in a minute."
)

STORED_LEVELS = dg.AssetKey(["intermediate", "int_levels_stored"])
FACTS_CHECK = "stored_facts_keep_up"


def describe_refresh(report: FactsReport) -> str:
    """One line for the sensor's page: what was stored, and what keeps the rest waiting."""
    if report.is_waiting_for_build:
        return WAITING_FOR_BUILD
    if report.requests_stored == 0:
        return LOCKED if report.is_locked else "No request changed."
    is_left = report.changes_left or report.is_locked
    left = " More wait for the next refresh." if is_left else ""
    return f"{report.requests_stored} changed requests stored.{left}"


@dg.sensor(
    name="stored_facts_sensor",
    minimum_interval_seconds=REFRESH_INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def stored_facts_sensor(
    context: dg.SensorEvaluationContext, database: DatabaseResource
) -> dg.SensorResult:
    """Store what changed at the source once a minute; until then the views count it live."""
    report = refresh_facts(database.open(), seconds=REFRESH_BUDGET_SECONDS)
    context.log.info(describe_refresh(report))
    return dg.SensorResult(skip_reason=describe_refresh(report))


@dg.asset_check(asset=STORED_LEVELS, name=FACTS_CHECK)
def stored_facts_keep_up(database: DatabaseResource) -> dg.AssetCheckResult:
    """No change at the source has waited ten minutes to be stored.

    The views are true all the same, but the slower the more changes wait.
    """
    (row,) = fetch_rows(database.open(), "read_waiting_changes")
    oldest = row["oldest_change_seconds"]
    return dg.AssetCheckResult(
        passed=oldest is None or oldest <= BEHIND_SECONDS,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "requests_waiting": row["requests_waiting"],
            "oldest_change_seconds": float(oldest or 0),
        },
    )
